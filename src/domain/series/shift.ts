/**
 * Did a series shift at a moment? A step beside a common trend, found by regression on ranks.
 *
 * Method: values are replaced by their ranks (outliers weigh little), then rank = a + b·time + c·[after the moment] is fitted
 * by least squares; c is tested by Student's t, whose standard error is widened for the likeness of neighbouring points
 * (AR(1) of the residuals). A steady trend is taken up by b and is no shift. The size is told in the series' own unit: medians
 * of both sides, brought to the moment by the common slope (Theil-Sen within the sides). Pure.
 */
import { chiSquaredTail } from "../differences/rank.ts";
import { quantile } from "../quantile.ts";
import type { Point } from "./series.ts";

export const SHIFT_METHOD =
  "step beside a common trend by regression on ranks (t-test, standard error widened for autocorrelation)";

export interface Shift {
  /** Level at the moment as the points before and after have it. */
  before: number;
  after: number;
  /** after / before − 1; `null` when before is 0. */
  change: number | null;
  /** In robust standard deviations of the points around their level. */
  sigmas: number;
  p: number;
  /** The trend that both sides have in common, per millisecond. */
  slope: number;
  points: { before: number; after: number };
}

/** With fewer on a side nothing is said. */
export const LEAST_POINTS = 6;

/** @param points in any order, without those of the moment itself. @returns `null` when there are too few on a side */
export function shiftAt(points: readonly Point[], atMs: number): Shift | null {
  const before = points.filter(([ms]) => ms < atMs);
  const after = points.filter(([ms]) => ms >= atMs);
  if (before.length < LEAST_POINTS || after.length < LEAST_POINTS) return null;
  const sorted = [...before, ...after].sort((a, b) => a[0] - b[0]);
  const slope = commonSlope([before, after]);
  const levelled = (side: readonly Point[]): number[] =>
    side.map(([ms, value]) => value - slope * (ms - atMs));
  const [left, right] = [levelled(before), levelled(after)];
  const [levelBefore, levelAfter] = [median(left), median(right)];
  const spread = robustDeviation([...left.map((v) => v - levelBefore), ...right.map((v) => v - levelAfter)]);
  const step = levelAfter - levelBefore;
  return {
    before: levelBefore,
    after: levelAfter,
    change: levelBefore === 0 ? null : levelAfter / levelBefore - 1,
    sigmas: spread === 0 ? (step === 0 ? 0 : Number.MAX_VALUE * Math.sign(step)) : step / spread,
    p: testStep(sorted, atMs),
    slope,
    points: { before: before.length, after: after.length },
  };
}

const median = (values: readonly number[]): number => quantile(values, 0.5) ?? 0;

/** 1.4826 × median absolute deviation: the standard deviation of a normal sample. */
function robustDeviation(values: readonly number[]): number {
  const level = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - level)));
}

/** Pairs that are looked at for the slope, on each side. */
const MOST_PAIRS = 5000;

/** Theil-Sen: the median of slopes between points of the same side; of many pairs every so manieth. */
function commonSlope(sides: ReadonlyArray<readonly Point[]>): number {
  const slopes: number[] = [];
  for (const side of sides) {
    const every = Math.max(1, Math.ceil((side.length * (side.length - 1)) / 2 / MOST_PAIRS));
    // Pairs are numbered row by row; `next` is how far it is to the one that is taken.
    let next = every;
    for (let i = 0; i < side.length; i += 1) {
      const row = side.length - 1 - i;
      for (; next <= row; next += every) {
        const [a, b] = [side[i], side[i + next]];
        if (a === undefined || b === undefined || a[0] === b[0]) continue;
        slopes.push((b[1] - a[1]) / (b[0] - a[0]));
      }
      next -= row;
    }
  }
  return slopes.length === 0 ? 0 : median(slopes);
}

/** p of the step in the regression on ranks. */
function testStep(sorted: readonly Point[], atMs: number): number {
  const ranks = ranksOf(sorted.map(([, value]) => value));
  const first = sorted[0]?.[0] ?? 0;
  const span = Math.max(1, (sorted.at(-1)?.[0] ?? 0) - first);
  const times = sorted.map(([ms]) => (ms - first) / span);
  const steps: number[] = sorted.map(([ms]) => (ms < atMs ? 0 : 1));
  // Frisch-Waugh: what time explains is taken out of both, then step is regressed alone.
  const y = residuals(ranks, times);
  const x = residuals(steps, times);
  const xx = dot(x, x);
  if (xx < 1e-9) return 1;
  const c = dot(x, y) / xx;
  const errors = y.map((value, at) => value - c * (x[at] ?? 0));
  const freedom = sorted.length - 3;
  const noise = dot(errors, errors) / freedom;
  if (noise < 1e-12) return Math.abs(c) < 1e-9 ? 1 : 0;
  const rho = autocorrelation(errors, sorted.length);
  const error = Math.sqrt((noise / xx) * ((1 + rho) / (1 - rho)));
  return tTail(Math.abs(c) / error, Math.max(1, (freedom * (1 - rho)) / (1 + rho)));
}

/** Equal values share the mean of their ranks. */
export function ranksOf(values: readonly number[]): number[] {
  const order = values.map((value, at) => [value, at] as const).sort((a, b) => a[0] - b[0]);
  const ranks: number[] = new Array(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && order[to + 1]?.[0] === order[from]?.[0]) to += 1;
    for (let at = from; at <= to; at += 1) ranks[order[at]?.[1] ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

/** What is left of `values` after a straight line over `times`. */
function residuals(values: readonly number[], times: readonly number[]): number[] {
  const [meanTime, meanValue] = [mean(times), mean(values)];
  const centred = times.map((time) => time - meanTime);
  const slope = dot(centred, values) / Math.max(dot(centred, centred), 1e-12);
  return values.map((value, at) => value - meanValue - slope * (centred[at] ?? 0));
}

/** Of neighbours; corrected for the likeness that fitting takes away (about 4 / n), and never below 0. */
function autocorrelation(errors: readonly number[], n: number): number {
  const rho = dot(errors.slice(1), errors.slice(0, -1)) / Math.max(dot(errors, errors), 1e-12);
  return Math.min(0.95, Math.max(0, rho + (1 + 4 * Math.max(0, rho)) / n + 2 / n));
}

/** Two-sided tail of Student's t, by Wallace's normal approximation (within 1 % of p for 3 and more degrees of freedom). */
export function tTail(t: number, freedom: number): number {
  if (!Number.isFinite(t)) return 0;
  const z = ((8 * freedom + 1) / (8 * freedom + 3)) * Math.sqrt(freedom * Math.log(1 + (t * t) / freedom));
  return chiSquaredTail(z * z);
}
