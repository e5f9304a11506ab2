/** The state of the default branch over time: when its pipelines were red, and for how long. Pure. */
import type { Status } from "../activity.ts";

/** One ended (or running) pipeline or build of the default branch. Times are ISO 8601. */
export interface TrunkRun {
  id: string;
  /** Which pipeline of the branch: several (tests, lint) are red each on its own. */
  pipeline: string;
  status: Status | null;
  finishedAt: string | null;
  commitSha: string | null;
  url: string | null;
}

export interface RedInterval {
  pipeline: string;
  from: string;
  /** The next success; `null` = red still. */
  to: string | null;
  /** Milliseconds, until now while it is red. */
  ms: number;
  /** The run that broke it. */
  brokenBy: string;
  brokenBySha: string | null;
  fixedBy: string | null;
  /** Failed runs within it. */
  failures: number;
}

/** Red from the end of a failed run until the end of the next that succeeded; canceled runs change nothing. */
export function redIntervals(runs: readonly TrunkRun[], nowMs: number): RedInterval[] {
  const ended = runs
    .flatMap((run) => (run.finishedAt === null ? [] : [{ ...run, finishedAt: run.finishedAt }]))
    .sort((a, b) =>
      a.finishedAt < b.finishedAt ? -1 : a.finishedAt > b.finishedAt ? 1 : a.id < b.id ? -1 : 1,
    );
  const red = new Map<string, RedInterval>();
  const list: RedInterval[] = [];
  for (const { id, pipeline, status, finishedAt, commitSha } of ended) {
    const open = red.get(pipeline);
    if (status === "failed") {
      if (open !== undefined) {
        open.failures += 1;
        continue;
      }
      const made: RedInterval = {
        ...{ pipeline, from: finishedAt, to: null, ms: Math.max(0, nowMs - Date.parse(finishedAt)) },
        ...{ brokenBy: id, brokenBySha: commitSha, fixedBy: null, failures: 1 },
      };
      red.set(pipeline, made);
      list.push(made);
    }
    if (status === "succeeded" && open !== undefined) {
      Object.assign(open, {
        to: finishedAt,
        fixedBy: id,
        ms: Date.parse(finishedAt) - Date.parse(open.from),
      });
      red.delete(pipeline);
    }
  }
  return list;
}

/** Share of a period in which at least one pipeline was red, 0..1. @param fromMs, toMs milliseconds since 1970 */
export function redShare(intervals: readonly RedInterval[], fromMs: number, toMs: number): number | null {
  if (toMs <= fromMs) return null;
  const spans = intervals
    .map(({ from, to }): [number, number] => [
      Math.max(fromMs, Date.parse(from)),
      Math.min(toMs, to === null ? toMs : Date.parse(to)),
    ])
    .filter(([start, end]) => end > start)
    .sort((a, b) => a[0] - b[0]);
  let red = 0;
  let reached = fromMs;
  for (const [start, end] of spans) {
    red += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return red / (toMs - fromMs);
}
