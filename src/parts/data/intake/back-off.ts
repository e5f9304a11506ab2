/** How long to wait after a failure: twice as long each time, with a limit, and scattered so that not all come at once. */

const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;

/**
 * @param failures how often in a row it has failed, from 1
 * @param chance 0..1
 * @returns milliseconds, between half and the whole of the step
 */
export function backOffMs(
  failures: number,
  chance: number,
  firstMs = FIRST_MS,
  longestMs = LONGEST_MS,
): number {
  const step = Math.min(longestMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(step * (0.5 + chance / 2));
}
