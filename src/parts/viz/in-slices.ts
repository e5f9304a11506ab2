/** Long readings in slices of some milliseconds: whoever else asks the server is answered in between. */
import { setImmediate as breath } from "node:timers/promises";
import type { Activity } from "../../domain/activity.ts";
import type { ActivityFilter } from "../../ports/read-models.ts";
import type { Services } from "../../ports/services.ts";

const SLICE_MS = 8;
/** Activities that are read at once: about as long as a slice. */
const PAGE = 250;

/** @param items also those that cost work to be made: each is asked for when the one before is done */
export async function inSlices<T, R>(items: Iterable<T>, body: (item: T) => R): Promise<R[]> {
  const results: R[] = [];
  let began = performance.now();
  for (const item of items) {
    results.push(body(item));
    if (performance.now() - began < SLICE_MS) continue;
    await breath();
    began = performance.now();
  }
  return results;
}

/** Pages of activities, newest first, until there are no more or nobody asks. `isLast` = nothing comes after it. */
export async function* pagesOf(
  { store }: Pick<Services, "store">,
  filter: ActivityFilter,
  nowMs: number,
): AsyncGenerator<{ items: readonly Activity[]; isLast: boolean }, void> {
  let cursor: string | null = null;
  do {
    const page = store.read.activities(filter, PAGE, cursor, nowMs);
    cursor = page.next;
    yield { items: page.items, isLast: cursor === null };
    await breath();
  } while (cursor !== null);
}
