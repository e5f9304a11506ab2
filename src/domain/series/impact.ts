/** Which deployment shifted a series? Each is tested between its neighbours; a shift elsewhere is not laid at its door. Pure. */
import type { Point } from "./series.ts";
import { LEAST_POINTS, type Shift, shiftAt } from "./shift.ts";

export interface Deployed {
  id: string;
  atMs: number;
}

export interface Impact<D extends Deployed = Deployed> {
  /** One, or several with too few points between them: then one of these. */
  deployments: D[];
  shift: Shift | null;
  /** p corrected for the number of deployments that were tested (Bonferroni). */
  p: number | null;
  /** It shifted here, clearly, by enough, and nowhere near more than here. */
  isCause: boolean;
  /** Why it is none, or why nothing can be said. */
  reason: string | null;
}

export interface ImpactOptions {
  /** Smallest change that matters, as a share of the level before. */
  leastChange: number;
  /** Largest corrected p. */
  alpha: number;
}

export const DEFAULT_IMPACT: ImpactOptions = { leastChange: 0.1, alpha: 0.01 };
/** Smaller than this share of the usual scatter is not seen by anybody. */
const LEAST_SIGMAS = 1;

/** @param deployments and points in any order */
export function impactOf<D extends Deployed>(
  points: readonly Point[],
  deployments: readonly D[],
  options: ImpactOptions = DEFAULT_IMPACT,
): Impact<D>[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0]);
  const groups = together(
    sorted,
    [...deployments].sort((a, b) => a.atMs - b.atMs),
  );
  const windows = groups.map((group, at) => windowOf(sorted, group, groups[at - 1], groups[at + 1]));
  const shifts = windows.map((window) => (window === null ? null : shiftAt(window.points, window.atMs)));
  const tested = Math.max(1, shifts.filter((shift) => shift !== null).length);
  return groups.map((group, at): Impact<D> => {
    const shift = shifts[at] ?? null;
    const window = windows[at] ?? null;
    if (shift === null || window === null) {
      const reason = `fewer than ${LEAST_POINTS} points before or after it`;
      return { deployments: group, shift: null, p: null, isCause: false, reason };
    }
    const p = Math.min(1, shift.p * tested);
    const reason = whyNot(shift, p, window, options);
    return { deployments: group, shift, p, isCause: reason === null, reason };
  });
}

function whyNot(
  shift: Shift,
  p: number,
  window: Window,
  { leastChange, alpha }: ImpactOptions,
): string | null {
  if (p > alpha) return "no clear shift";
  if (Math.abs(shift.sigmas) < LEAST_SIGMAS) return "the shift is smaller than the usual scatter";
  if (shift.change !== null && Math.abs(shift.change) < leastChange)
    return `the shift is smaller than ${Math.round(leastChange * 100)} %`;
  const best = bestSplit(window.points.map(([ms, value]) => [ms, value - shift.slope * (ms - window.atMs)]));
  if (best === null || Math.abs(best - window.split) <= Math.max(2, window.points.length * 0.05)) return null;
  return "it shifted, but at another moment";
}

/** Place of the first point that is not before a moment; they stand in order of time, and are halved until it is found. */
function firstFrom(points: readonly Point[], atMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.[0] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Deployments between which there are too few points stand together. */
function together<D extends Deployed>(points: readonly Point[], deployments: readonly D[]): D[][] {
  const groups: D[][] = [];
  for (const deployment of deployments) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const between =
      last === undefined ? 0 : firstFrom(points, deployment.atMs) - firstFrom(points, last.atMs);
    if (group !== undefined && last !== undefined && between < LEAST_POINTS) group.push(deployment);
    else groups.push([deployment]);
  }
  return groups;
}

interface Window {
  points: Point[];
  atMs: number;
  /** How many points stand before. */
  split: number;
}

/** From the deployment before to the one after; what lies between the first and last of a group is left out. */
function windowOf<D extends Deployed>(
  points: readonly Point[],
  group: readonly D[],
  former: readonly D[] | undefined,
  next: readonly D[] | undefined,
): Window | null {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return null;
  const from = former?.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const to = next?.[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const before = points.slice(firstFrom(points, from), firstFrom(points, first.atMs));
  const after = points.slice(firstFrom(points, last.atMs), firstFrom(points, to));
  return { points: [...before, ...after], atMs: last.atMs, split: before.length };
}

/** Where one level before and one after fit best (least squares). @returns how many points stand before */
function bestSplit(points: readonly Point[]): number | null {
  const sums = [0];
  for (const [, value] of points) sums.push((sums.at(-1) ?? 0) + value);
  const total = sums.at(-1) ?? 0;
  let best: number | null = null;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 2; at <= points.length - 2; at += 1) {
    const left = sums[at] ?? 0;
    const score = (left * left) / at + (total - left) ** 2 / (points.length - at);
    if (score > most) {
      most = score;
      best = at;
    }
  }
  return best;
}
