/** Which steps are worth improving: time × frequency × failure. Pure. */
import type { Gathered } from "./gathered.ts";

export interface Candidate<G extends Gathered = Gathered> {
  group: G;
  /** time × frequency: milliseconds that all its runs took together. */
  totalMs: number;
  /** (failed + 1) / (runs + 2): the rule of succession, so that what never failed yet still counts, and one bad run of two is not certainty. */
  failure: number;
  /** totalMs × failure, in milliseconds: how much time its failures stand for. */
  score: number;
}

/** Highest first; equal ones by value. Canceled runs say nothing and do not count. */
export function candidates<G extends Gathered>(groups: readonly G[]): Candidate<G>[] {
  return groups
    .filter(({ totalMs }) => totalMs > 0)
    .map((group): Candidate<G> => {
      const runs = group.succeeded + group.failed;
      const failure = (group.failed + 1) / (runs + 2);
      return { group, totalMs: group.totalMs, failure, score: group.totalMs * failure };
    })
    .sort((a, b) => b.score - a.score || (a.group.value < b.group.value ? -1 : 1));
}
