/** Reads one page of history and appends it like a delivery; the cursor moves only when the page is durable. */
import type { NewEvent } from "../../../../domain/event.ts";
import type { Services } from "../../../../ports/services.ts";
import type { Connection, Poller, PollPage, SourceHttp } from "../../../../ports/source.ts";
import type { SaidBefore } from "./said-before.ts";
import type { WalkMemory, WalkState } from "./walk-state.ts";

/** One instance that is read. */
export interface PollTarget {
  source: string;
  connection: Connection;
  poller: Poller;
  http: SourceHttp;
  options: unknown;
}

export interface PageRead {
  walk: WalkState;
  /** Share of the walk that is done, 0..1. */
  progress: number;
  /** What the page had, known or not. */
  read: number;
  appended: number;
  /** Commits that were not known. */
  commits: number;
  /** Instance as the activities have it; `null` when the page had none. */
  instance: string | null;
}

interface PageContext {
  memory: WalkMemory;
  said: SaidBefore;
  services: Pick<Services, "intake" | "log" | "store">;
  now: () => number;
}

/** @throws RateLimited, ViceError `outside.unreachable`, `store.unavailable`: then nothing moved */
export async function readPage(
  { source, connection, poller, http, options }: PollTarget,
  walk: WalkState,
  context: PageContext,
): Promise<PageRead> {
  const { memory, said, services, now } = context;
  const page = await poller.page(connection, walk.since, walk.cursor, http, options);
  const fresh = said.fresh(page.transitions);
  const instance = page.transitions[0]?.object.instance ?? null;
  let appended = 0;
  if (fresh.length > 0) {
    const { outcome } = await services.intake.appendTransitions({
      source,
      instance: instance ?? connection.instance,
      origin: "poll",
      body: { polled: source, transitions: fresh },
      transitions: fresh,
    });
    if (outcome !== "duplicate") appended = fresh.length;
    said.note(fresh);
  }
  const commits = await keepCommits(`/hooks/${source}/${instance ?? connection.instance}`, page, context);
  const next = { ...walk, cursor: page.cursor, walking: page.cursor !== null };
  memory.write(next, now());
  const read = page.transitions.length + (page.commits?.commits.length ?? 0);
  return { walk: next, progress: page.progress, read, appended, commits, instance };
}

/** Those that are not known with their parents yet; their authors are the persons that the source's hooks name. */
async function keepCommits(
  source: string,
  { commits: seen }: PollPage,
  { services: { log, store }, now }: PageContext,
): Promise<number> {
  if (seen === undefined) return 0;
  const unknown = new Set(store.commits.unknown(seen.commits.map(({ sha }) => sha)));
  const wanted = seen.commits.filter(({ sha }) => unknown.has(sha));
  if (wanted.length === 0) return 0;
  const event: NewEvent<"vice.commits.seen.v1"> = {
    ...{ type: "vice.commits.seen.v1", source, subject: null, time: new Date(now()).toISOString() },
    ...{ data: { ...seen, commits: wanted }, actor: null, traceparent: null, delivery: null },
  };
  await log.append({ delivery: null, events: [event] });
  return wanted.length;
}
