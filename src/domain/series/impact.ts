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

/** A group of deployments with what the series did at it, before anything is said of how many were asked. */
export interface Tested<D extends Deployed> {
  deployments: D[];
  /** `null` = too few points before or after. */
  shift: Shift | null;
  /** Another moment between the neighbours fits a shift better; looked at where p alone is small enough. */
  isElsewhere: boolean;
}

/** @param deployments and points in any order */
export function impactOf<D extends Deployed>(
  points: readonly Point[],
  deployments: readonly D[],
  options: ImpactOptions = DEFAULT_IMPACT,
): Impact<D>[] {
  return correctedImpacts(testedOf(points, deployments, options), options);
}

/** Corrected for how many were tested (Bonferroni). */
export function correctedImpacts<D extends Deployed>(
  tested: readonly Tested<D>[],
  options: ImpactOptions = DEFAULT_IMPACT,
): Impact<D>[] {
  const count = tested.filter(({ shift }) => shift !== null).length;
  return tested.map((each) =>
    judged(each, each.shift === null ? null : Math.min(1, each.shift.p * count), options),
  );
}

/** Each group of deployments between its neighbours, in order of time. */
export const testedOf = <D extends Deployed>(
  points: readonly Point[],
  deployments: readonly D[],
  options: Pick<ImpactOptions, "alpha"> = DEFAULT_IMPACT,
): Tested<D>[] => [...eachTested(points, deployments, options)].reverse();

/**
 * The same one by one, the newest first: a test costs about a millisecond, and whoever asks for many may let others work between them.
 * @param isWanted the others are only neighbours
 */
export function* eachTested<D extends Deployed>(
  points: readonly Point[],
  deployments: readonly D[],
  { alpha }: Pick<ImpactOptions, "alpha"> = DEFAULT_IMPACT,
  isWanted: (deployments: readonly D[]) => boolean = () => true,
): Generator<Tested<D>> {
  const sorted = [...points].sort((a, b) => a[0] - b[0]);
  const groups = together(
    sorted,
    [...deployments].sort((a, b) => a.atMs - b.atMs),
  );
  for (const [at, group] of [...groups.entries()].reverse()) {
    if (!isWanted(group)) continue;
    const window = windowOf(sorted, group, groups[at - 1], groups[at + 1]);
    const shift = window === null ? null : shiftAt(window.points, window.atMs);
    const isElsewhere = window !== null && shift !== null && shift.p <= alpha && fitsElsewhere(shift, window);
    yield { deployments: group, shift, isElsewhere };
  }
}

/** @param p corrected for how many were asked; `null` where nothing was tested */
export function judged<D extends Deployed>(
  { deployments, shift, isElsewhere }: Tested<D>,
  p: number | null,
  options: ImpactOptions = DEFAULT_IMPACT,
): Impact<D> {
  if (shift === null || p === null) {
    const reason = `fewer than ${LEAST_POINTS} points before or after it`;
    return { deployments, shift: null, p: null, isCause: false, reason };
  }
  const reason = whyNot(shift, p, isElsewhere, options);
  return { deployments, shift, p, isCause: reason === null, reason };
}

function whyNot(
  shift: Shift,
  p: number,
  isElsewhere: boolean,
  { leastChange, alpha }: ImpactOptions,
): string | null {
  if (p > alpha) return "no clear shift";
  if (Math.abs(shift.sigmas) < LEAST_SIGMAS) return "the shift is smaller than the usual scatter";
  if (shift.change !== null && Math.abs(shift.change) < leastChange)
    return `the shift is smaller than ${Math.round(leastChange * 100)} %`;
  return isElsewhere ? "it shifted, but at another moment" : null;
}

function fitsElsewhere({ slope }: Shift, { points, atMs, split }: Window): boolean {
  const best = bestSplit(points.map(([ms, value]) => [ms, value - slope * (ms - atMs)]));
  return best !== null && Math.abs(best - split) > Math.max(2, points.length * 0.05);
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
