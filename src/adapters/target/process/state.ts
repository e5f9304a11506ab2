/** What an application's place remembers: its releases with their processes, and the greatest fencing token it has seen. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { ViceError } from "../../../kit/errors.ts";
import type { TargetCall } from "../../../ports/target.ts";
import type { AppPlace } from "./place.ts";
import { writeWhole } from "./write-whole.ts";

const processSchema = z.object({
  pid: z.int(),
  /** With the pid it names one process for ever; a pid alone is given to another one some day. */
  startTime: z.string(),
  port: z.int(),
  startedAt: z.string(),
});
export type AppProcess = z.output<typeof processSchema>;

const releaseSchema = z.object({
  id: z.string(),
  version: z.string().nullable(),
  commitSha: z.string().nullable(),
  digest: z.string().nullable(),
  preparedAt: z.string(),
  /** When it was first seen well; only then it is one to go back to. */
  healthyAt: z.string().nullable().default(null),
  /** When it became the current one, most recently. */
  currentAt: z.string().nullable().default(null),
  /** Written before it is started, so that a process can be told from none. */
  port: z.int().nullable().default(null),
  process: processSchema.nullable().default(null),
  argv: z.array(z.string()).default([]),
  graceMs: z.number().default(10_000),
});
export type AppRelease = z.output<typeof releaseSchema>;

const stateSchema = z.object({
  version: z.literal(1),
  /** Whose folder it is: two with the same `root:` would take each other's releases away. */
  of: z.string().nullable().default(null),
  fencingToken: z.number().default(0),
  /** Whether the current release is to be started again when it has ended. */
  watched: z.boolean().default(false),
  /** `number` = always that port. */
  fixedPort: z.int().nullable().default(null),
  releases: z.record(z.string(), releaseSchema).default({}),
});
export type AppState = z.output<typeof stateSchema>;

const EMPTY: AppState = stateSchema.parse({ version: 1 });

/** @throws ViceError `data.invalid` for a state that is there and cannot be read: nothing is guessed over running processes */
export function readState({ state }: AppPlace): AppState {
  let text: string;
  try {
    text = readFileSync(state, "utf8");
  } catch {
    return EMPTY; // nothing was deployed here yet
  }
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ViceError(
      "data.invalid",
      {
        message: `${state} cannot be read, so nobody knows what runs there. Nothing was changed.`,
        hint: "End what runs there, move its folder away and deploy again.",
      },
      error,
    );
  }
}

type Holder = Pick<TargetCall, "fencingToken" | "place">;

/** Reads, changes and writes without letting anybody between; `null` = whoever watches, who holds no lock. */
export function changeState(
  place: AppPlace,
  holder: Holder | null,
  change: (state: AppState) => Partial<AppState>,
): AppState {
  mkdirSync(place.root, { recursive: true, mode: 0o700 });
  const before = readState(place);
  if (holder !== null) {
    refuseOthers(place, before, holder);
    refuseLate(before, holder);
  }
  const fencingToken = Math.max(before.fencingToken, holder?.fencingToken ?? 0);
  const of = before.of ?? (holder === null ? null : nameOf(holder));
  const after = { ...before, of, fencingToken, ...change(before) };
  if (JSON.stringify(after) !== JSON.stringify(before))
    writeWhole(place.state, `${JSON.stringify(after, null, 1)}\n`);
  return after;
}

export const changeRelease = (
  place: AppPlace,
  holder: Holder | null,
  id: string,
  change: Partial<AppRelease>,
): AppState =>
  changeState(place, holder, ({ releases }) => {
    const known = releases[id];
    return known === undefined ? {} : { releases: { ...releases, [id]: { ...known, ...change } } };
  });

const nameOf = ({ place: { project, service, environment } }: Holder): string =>
  [project, service, environment].join("/");

/** What is cleared away here must be ours. @throws ViceError `conflict` for a folder that somebody else uses */
function refuseOthers({ root, state }: AppPlace, { of }: AppState, holder: Holder): void {
  const isFree = existsSync(state) || readdirSync(root).every((name) => name === `${basename(state)}.new`);
  if (isFree && (of === null || of === nameOf(holder))) return;
  throw new ViceError("conflict", {
    message: `${root} is the folder of ${isFree ? of : "something that vice did not put there"}. Nothing was changed.`,
    hint: "Give each service in each environment a `root:` of its own, which vice makes itself.",
  });
}

/** @throws ViceError `deploy.not-allowed` for who lost the lock and wakes up late */
function refuseLate({ fencingToken: seen }: AppState, { fencingToken, place }: Holder): void {
  if (fencingToken >= seen) return;
  throw new ViceError("deploy.not-allowed", {
    message: `${place.service} in ${place.environment} was taken over: fencing token ${fencingToken} is older than ${seen}. Nothing was changed.`,
    hint: "Look who deploys there now: vice locks",
  });
}
