/** Reads deployments of Octopus from vice's side: its list, with the server tasks that carried them out, newest first. */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { ViceError } from "../../../kit/errors.ts";
import { toIso } from "../../../kit/time.ts";
import type { Connection, Poller, PollPage, SourceHttp } from "../../../ports/source.ts";
import { ask, fieldOf, readCursor, shareOf } from "../polling.ts";
import { text, webHost } from "../shaping.ts";
import { type DeploymentNames, deploymentHistory } from "./history.ts";

const TAKE = 50;
/** A deployment that changed after `since` may have been made so much earlier: it waits for its hour or its approval. */
const LOOKBACK_MS = 7 * 86_400_000;

const walkSchema = z.object({
  /** Which of `only`; without any, 0 is the default space. */
  at: z.number().int().nonnegative(),
  /** Id of that space; `null` = not asked yet. */
  space: z.string().nullable(),
  skip: z.number().int().nonnegative(),
  until: z.string(),
});
type Walk = z.infer<typeof walkSchema>;

interface Call {
  http: SourceHttp;
  /** `https://octopus.example.com/api`, or below it a space. */
  api: string;
  headers: Record<string, string>;
}

const itemsOf = (body: unknown): unknown[] => {
  const items = fieldOf(body, "Items");
  return Array.isArray(items) ? items : [];
};

/** Octopus REST API reference: every list takes `skip`, `take` and `ids`, and answers with `Items` and `TotalResults`. */
const list = async (call: Call, route: string, query: Record<string, string>): Promise<unknown> =>
  (await ask(call.http, `${call.api}/${route}?${new URLSearchParams(query)}`, call.headers))?.body;

/** @throws ViceError `not-found` */
async function spaceId(call: Call, name: string): Promise<string> {
  if (/^Spaces-\d+$/.test(name)) return name;
  const found = itemsOf(await list(call, "spaces", { partialName: name, skip: "0", take: "100" })).find(
    (row) => text(fieldOf(row, "Name"))?.toLowerCase() === name.toLowerCase(),
  );
  const id = text(fieldOf(found, "Id"));
  if (id !== null) return id;
  throw new ViceError("not-found", {
    message: `Octopus has no space "${name}", or the token may not see it.`,
    hint: "List spaces under `only` in vice.server.yaml, by name or as Spaces-1.",
  });
}

/** The documents that these rows name, by their ids. */
async function documents(
  call: Call,
  route: string,
  rows: readonly unknown[],
  field: string,
): Promise<Map<string, unknown>> {
  const ids = [...new Set(rows.flatMap((row) => text(fieldOf(row, field)) ?? []))];
  if (ids.length === 0) return new Map();
  const items = itemsOf(await list(call, route, { ids: ids.join(","), skip: "0", take: String(ids.length) }));
  return new Map(items.map((item) => [text(fieldOf(item, "Id")) ?? "", item]));
}

async function namesOf(call: Call, rows: readonly unknown[]): Promise<DeploymentNames> {
  return {
    projects: await documents(call, "projects", rows, "ProjectId"),
    environments: await documents(call, "environments", rows, "EnvironmentId"),
    tenants: await documents(call, "tenants", rows, "TenantId"),
    releases: await documents(call, "releases", rows, "ReleaseId"),
  };
}

/** What ended before `since` is known; what has not ended is looked at again. */
const movedSince = (since: string) => (task: unknown) => {
  const ended = toIso(fieldOf(task, "CompletedTime"));
  return ended === null || Date.parse(ended) >= Date.parse(since);
};

async function readDeployments(
  call: Call,
  rows: readonly unknown[],
  since: string,
  place: { url: string; instance: string },
): Promise<Transition[]> {
  const tasks = await documents(call, "tasks", rows, "TaskId");
  const taskOf = (row: unknown): unknown => tasks.get(text(fieldOf(row, "TaskId")) ?? "") ?? null;
  const wanted = rows.filter((row) => movedSince(since)(taskOf(row)));
  const names = await namesOf(call, wanted);
  return wanted.flatMap((row) => deploymentHistory(row, taskOf(row), names, place));
}

/** New rows push others to later pages, so that one is read twice rather than never. */
function advance(walk: Walk, rows: readonly unknown[], since: string): Walk {
  const oldest = toIso(fieldOf(rows.at(-1), "Created"));
  const enough = oldest === null || Date.parse(oldest) < Date.parse(since) - LOOKBACK_MS;
  if (rows.length === TAKE && !enough) return { ...walk, skip: walk.skip + TAKE };
  return { ...walk, at: walk.at + 1, space: null, skip: 0 };
}

/**
 * `only`: spaces by name or id; empty = the default space. The token is an API key that may view deployments, tasks,
 * releases, projects, environments and tenants. Runbook runs come by webhook only.
 */
export const octopusPoller: Poller = {
  async page(connection: Connection, since, cursor, http): Promise<PollPage> {
    const spaces: ReadonlyArray<string | null> = connection.only.length > 0 ? connection.only : [null];
    const start: Walk = { at: 0, space: null, skip: 0, until: new Date().toISOString() };
    const walk = readCursor(walkSchema, cursor) ?? start;
    const wanted = spaces[walk.at];
    if (wanted === undefined) return { transitions: [], cursor: null, progress: 1 };
    const headers: Record<string, string> =
      connection.token === null ? {} : { "x-octopus-apikey": connection.token };
    const server: Call = { http, api: `${connection.url.replace(/\/+$/, "")}/api`, headers };
    const space = walk.space ?? (wanted === null ? null : await spaceId(server, wanted));
    const call: Call = space === null ? server : { ...server, api: `${server.api}/${space}` };
    const body = await list(call, "deployments", { skip: String(walk.skip), take: String(TAKE) });
    const rows = itemsOf(body);
    const instance = text(connection.instance) ?? webHost(connection.url) ?? "octopus";
    const transitions = await readDeployments(call, rows, since, { url: connection.url, instance });
    const next = advance({ ...walk, space }, rows, since);
    const reached = toIso(fieldOf(rows.at(-1), "Created")) ?? since;
    const share = next.at === walk.at ? shareOf(walk.until, reached, since) : 1;
    return {
      transitions,
      cursor: next.at >= spaces.length ? null : JSON.stringify(next),
      progress: (walk.at + share) / spaces.length,
    };
  },
};
