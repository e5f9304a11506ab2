/** What the figures of the rule `vice` are made from: counts, and durations as values or as histograms. Pure. */
import { quantile } from "../quantile.ts";
import type { DoraRow } from "./dora.ts";
import { addTo, bucketOf, HISTOGRAM_ERROR, type Histogram, quantilesOf, sizeOf } from "./histogram.ts";
import { BITS, type Bit } from "./outcome.ts";

/** Durations in milliseconds: all of them, or, of many, how many lie in which bucket. */
export interface Sample {
  values: number[];
  histogram: Histogram | null;
}

export const COUNTS = [...(Object.keys(BITS) as Bit[]), "deliveries"] as const;
export type Counts = Record<Bit | "deliveries", number>;

export const UNWATCHED = ["deployed", "change", "failed", "rework"] as const;
export type Unwatched = Record<(typeof UNWATCHED)[number], number>;

export interface Sums {
  counts: Counts;
  /** Those of services that nobody watches, and those that name no service: whether they failed is not asked of them. */
  unwatched: Unwatched;
  /** From commit to deployment. */
  leads: Sample;
  /** From a failed deployment to its repair. */
  recoveries: Sample;
  /** From one deployment of a place to the next. */
  gaps: Sample;
}

export const SAMPLES = ["leads", "recoveries", "gaps"] as const;

export const noSums = (): Sums => ({
  counts: Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts,
  unwatched: Object.fromEntries(UNWATCHED.map((name) => [name, 0])) as Unwatched,
  leads: { values: [], histogram: null },
  recoveries: { values: [], histogram: null },
  gaps: { values: [], histogram: null },
});

export const sampleSize = ({ values, histogram }: Sample): number =>
  values.length + (histogram === null ? 0 : sizeOf(histogram));

/** Milliseconds, one for each share; `null` for an empty sample. */
export function sampleQuantiles(
  { values, histogram }: Sample,
  shares: readonly number[],
): Array<number | null> {
  if (histogram === null) return shares.map((share) => quantile(values, share));
  const all: Histogram = values.length === 0 ? histogram : new Map(histogram);
  for (const ms of values) addTo(all, bucketOf(ms), 1);
  return quantilesOf(all, shares);
}

/** The share that a quantile may be off by; `undefined` = exact. */
export const errorOf = ({ histogram }: Sample): number | undefined =>
  histogram === null ? undefined : HISTOGRAM_ERROR;

/** How long the commits of a deployment took. What is said to have been committed after it is a wrong clock, and left out. */
export const leadTimesOf = ({ atMs, leads }: Pick<DoraRow, "atMs" | "leads">): number[] =>
  leads.map(({ committedMs }) => atMs - committedMs).filter((ms) => ms >= 0);

const NAMES = Object.keys(BITS) as Bit[];

export function addBits(counts: Counts, bits: number, sign: 1 | -1): void {
  for (const name of NAMES) if ((bits & BITS[name]) !== 0) counts[name] += sign;
}

export function addUnwatched({ unwatched }: Sums, bits: number): void {
  for (const name of UNWATCHED) if ((bits & BITS[name]) !== 0) unwatched[name] += 1;
}

export function addRow(sums: Sums, row: DoraRow): void {
  addBits(sums.counts, row.bits, 1);
  if (!row.isWatched) addUnwatched(sums, row.bits);
  if (row.isFirstOfDelivery) sums.counts.deliveries += 1;
  for (const ms of leadTimesOf(row)) sums.leads.values.push(ms);
  if (row.recoveryMs !== null) sums.recoveries.values.push(row.recoveryMs);
  if (row.gapMs !== null) sums.gaps.values.push(row.gapMs);
}
