/** The verdict on an experiment: did the metric go where the hypothesis said? Pure. */
import type { Point } from "./series.ts";
import { LEAST_POINTS, SHIFT_METHOD, type Shift, shiftAt } from "./shift.ts";

export const VERDICTS = ["supported", "refuted", "no clear effect", "not enough data"] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Expectation {
  direction: "up" | "down";
  /** Smallest change that counts, as a share of the level before: 0.05 = 5 %. */
  by: number;
}

export interface Judged {
  verdict: Verdict;
  shift: Shift | null;
  why: string;
  method: string;
}

/** Largest p that is called clear. */
const VERDICT_ALPHA = 0.05;

/**
 * Compares the time of the experiment with as much time before it.
 * @param fromMs when it began. @param toMs when it ended, or now
 */
export function judgeExperiment(
  points: readonly Point[],
  fromMs: number,
  toMs: number,
  { direction, by }: Expectation,
): Judged {
  const inside = points.filter(([ms]) => ms >= fromMs - (toMs - fromMs) && ms < toMs);
  const shift = shiftAt(inside, fromMs);
  const base = {
    shift,
    method: `${SHIFT_METHOD}; before = as much time before the start; clear = p < ${VERDICT_ALPHA}`,
  };
  if (shift === null)
    return {
      ...base,
      verdict: "not enough data",
      why: `fewer than ${LEAST_POINTS} points before or after the start`,
    };
  if (shift.p >= VERDICT_ALPHA)
    return { ...base, verdict: "no clear effect", why: `p = ${shift.p.toFixed(3)}` };
  const went = Math.sign(shift.after - shift.before);
  if (went !== (direction === "up" ? 1 : -1))
    return { ...base, verdict: "refuted", why: `it went ${went > 0 ? "up" : "down"}, not ${direction}` };
  if (shift.change !== null && Math.abs(shift.change) < by)
    return {
      ...base,
      verdict: "no clear effect",
      why: `it went ${direction}, by less than ${Math.round(by * 100)} %`,
    };
  return {
    ...base,
    verdict: "supported",
    why: `it went ${direction}, p = ${shift.p < 0.001 ? "< 0.001" : shift.p.toFixed(3)}`,
  };
}
