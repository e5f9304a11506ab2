/** Reads one page of history and appends it like a delivery; the cursor moves only when the page is durable. */
import type { Services } from "../../../../ports/services.ts";
import type { Connection, Poller, SourceHttp } from "../../../../ports/source.ts";
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
  appended: number;
  /** Instance as the activities have it; `null` when the page had none. */
  instance: string | null;
}

/** @throws RateLimited, ViceError `outside.unreachable`, `store.unavailable`: then nothing moved */
export async function readPage(
  { source, connection, poller, http, options }: PollTarget,
  walk: WalkState,
  {
    memory,
    said,
    intake,
    now,
  }: { memory: WalkMemory; said: SaidBefore; intake: Services["intake"]; now: () => number },
): Promise<PageRead> {
  const page = await poller.page(connection, walk.since, walk.cursor, http, options);
  const fresh = said.fresh(page.transitions);
  const instance = page.transitions[0]?.object.instance ?? null;
  if (fresh.length > 0) {
    const body = { polled: source, transitions: fresh };
    await intake.appendTransitions({
      source,
      instance: instance ?? connection.instance,
      origin: "poll",
      body,
      transitions: fresh,
    });
    said.note(fresh);
  }
  const next = { ...walk, cursor: page.cursor, walking: page.cursor !== null };
  memory.write(next, now());
  return { walk: next, progress: page.progress, appended: fresh.length, instance };
}
