/** Reads Jenkins from vice's side: builds of jobs, folders and multibranch projects by the remote API. */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import type { Connection, Poller, PollPage, SourceHttp } from "../../../ports/source.ts";
import { ask, basicOrBearer, readCursor } from "../polling.ts";
import { transitionsOfApiBuild } from "./api-build.ts";
import { pathOfJob } from "./place.ts";
import { type ApiBuild, apiItemSchema } from "./schema.ts";

const SLICE = 100;
/** Items without builds (folders, new jobs) are passed over within one page, but a page must end. */
const REQUESTS_PER_PAGE = 20;
/** A build that ended after `since` may have begun before it, at most this much. */
const LONGEST_BUILD_MS = 24 * 3_600_000;

const FIELDS =
  "number,url,timestamp,duration,building,result,queueId,actions[parameters[name,value],causes[userId,userName,shortDescription],lastBuiltRevision[SHA1,branch[name]],remoteUrls,queuingDurationMillis]";

const cursorSchema = z.object({
  /** Full names still to visit; the first one is being read. `""` = the root. */
  todo: z.array(z.string()),
  /** Where the next slice of the first one's builds begins. */
  from: z.number().int().nonnegative(),
  /** Builds from this number on are already read (new ones shift the slices). */
  below: z.number().int().positive().nullable(),
  done: z.number().int().nonnegative(),
});
type Cursor = z.infer<typeof cursorSchema>;

/** A cursor that this version cannot read starts over: reading twice does no harm. */
const cursorOf = (text: string | null, only: readonly string[]): Cursor =>
  readCursor(cursorSchema, text) ?? {
    todo: only.length > 0 ? [...only] : [""],
    from: 0,
    below: null,
    done: 0,
  };

interface Item {
  children: string[];
  builds: ApiBuild[];
  /** How many builds the answer had, whether readable or not. */
  count: number;
}

/** @returns `null` for an item that is gone or closed to the token, unless the connection names it. */
async function readItem(
  connection: Connection,
  name: string,
  from: number,
  http: SourceHttp,
): Promise<Item | null> {
  const tree = `jobs[name],allBuilds[${FIELDS}]{${from},${from + SLICE}}`;
  const folder = [connection.url.replace(/\/+$/, ""), pathOfJob(name)]
    .filter((part) => part !== "")
    .join("/");
  const url = `${folder}/api/json?tree=${encodeURIComponent(tree)}`;
  const isNamed = name === "" || connection.only.includes(name);
  const answer = await ask(http, url, basicOrBearer(connection.token), isNamed ? [] : [403, 404]);
  if (answer === null) return null;
  const { jobs, allBuilds } = itemOf(answer.body);
  const prefix = name === "" ? "" : `${name}/`;
  const children = (jobs ?? []).flatMap((job) => (job === null ? [] : [`${prefix}${job.name}`]));
  const builds = (allBuilds ?? []).flatMap((build) => build ?? []);
  return { children, builds, count: allBuilds?.length ?? 0 };
}

function itemOf(body: unknown): z.infer<typeof apiItemSchema> {
  const parsed = apiItemSchema.safeParse(body);
  return parsed.success ? parsed.data : {};
}

const startOf = (build: ApiBuild): number => (typeof build.timestamp === "number" ? build.timestamp : 0);
const endOf = (build: ApiBuild): number =>
  startOf(build) + (typeof build.duration === "number" ? build.duration : 0);

/** Moves on: to the next slice of the same job while it may hold wanted builds, else to its children and the next one. */
function advance(cursor: Cursor, item: Item | null, sinceMs: number): Cursor {
  const [name = "", ...rest] = cursor.todo;
  const oldest = item?.builds.at(-1);
  const mayHoldMore =
    item !== null &&
    item.count >= SLICE &&
    oldest !== undefined &&
    startOf(oldest) >= sinceMs - LONGEST_BUILD_MS;
  if (mayHoldMore)
    return { ...cursor, todo: [name, ...rest], from: cursor.from + SLICE, below: oldest.number };
  return { todo: [...(item?.children ?? []), ...rest], from: 0, below: null, done: cursor.done + 1 };
}

/**
 * `connection.only`: full names of jobs, folders or multibranch projects; folders are read with all that is in them.
 * Empty = the whole Jenkins. `connection.token`: `user:apitoken` (Jenkins handbook
 * "Authenticating scripted clients"). Ids are those of the webhooks for the same instance.
 * Errors: `RateLimited`, and `outside.unreachable` when Jenkins refuses or a named job is not there.
 */
export const jenkinsPoller: Poller = {
  async page(connection, since, cursorText, http): Promise<PollPage> {
    const sinceMs = Date.parse(since);
    const transitions: Transition[] = [];
    let cursor = cursorOf(cursorText, connection.only);
    for (let request = 0; request < REQUESTS_PER_PAGE && transitions.length === 0; request++) {
      const [name] = cursor.todo;
      if (name === undefined) break;
      const { below } = cursor;
      const item = await readItem(connection, name, cursor.from, http);
      const fresh = (item?.builds ?? []).filter((build) => below === null || build.number < below);
      const wanted = fresh.filter((build) => build.building === true || endOf(build) >= sinceMs);
      transitions.push(...wanted.flatMap((build) => transitionsOfApiBuild(build, name, connection)));
      cursor = advance(cursor, item, sinceMs);
    }
    const open = cursor.todo.length;
    return {
      transitions,
      cursor: open === 0 ? null : JSON.stringify(cursor),
      progress: open === 0 ? 1 : cursor.done / (cursor.done + open),
    };
  },
};
