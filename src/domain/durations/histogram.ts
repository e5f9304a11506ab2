/**
 * A histogram of durations in buckets whose width grows with them: 16 to each doubling. A quantile read from it differs
 * from the exact one by at most `ERROR`. Two are added and taken away bucket by bucket, so it can be kept by counting. Pure.
 */

const PER_DOUBLING = 16;
/** The last bucket takes everything above 2^40 ms (35 years). */
const BUCKETS = 1 + 40 * PER_DOUBLING;

/** Largest relative error of a quantile: half a bucket, 2^(1/32) − 1 = 2.2 %. Durations below 1 ms read as 0. */
export const ERROR = 2 ** (1 / (2 * PER_DOUBLING)) - 1;

/** Count by bucket; no bucket stands there with 0. */
export type Histogram = Map<number, number>;

export const bucketOf = (ms: number): number =>
  ms < 1 ? 0 : Math.min(BUCKETS - 1, 1 + Math.floor(Math.log2(ms) * PER_DOUBLING));

/** The middle of a bucket by ratio, in milliseconds. */
export const middleOf = (bucket: number): number =>
  bucket === 0 ? 0 : 2 ** ((bucket - 1 + 0.5) / PER_DOUBLING);

/** @param by negative takes away */
export function count(histogram: Histogram, bucket: number, by: number): void {
  const now = (histogram.get(bucket) ?? 0) + by;
  if (now === 0) histogram.delete(bucket);
  else histogram.set(bucket, now);
}

export function addTo(sum: Histogram, more: Histogram): void {
  for (const [bucket, by] of more) count(sum, bucket, by);
}

export const sizeOf = (histogram: Histogram): number =>
  [...histogram.values()].reduce((sum, each) => sum + each, 0);

/**
 * Quantiles as `quantile` gives them for the whole sample (linear between neighbours), within `ERROR`.
 * @param shares 0..1, ascending. @returns milliseconds; `null` each for an empty one
 */
export function quantilesOf(histogram: Histogram, shares: readonly number[]): Array<number | null> {
  const size = sizeOf(histogram);
  if (size === 0) return shares.map(() => null);
  const buckets = [...histogram].sort((a, b) => a[0] - b[0]);
  return shares.map((share) => {
    const at = (size - 1) * share;
    const low = valueAt(buckets, Math.floor(at));
    const high = valueAt(buckets, Math.ceil(at));
    return low + (high - low) * (at - Math.floor(at));
  });
}

/** The value of the n-th smallest, from 0. */
function valueAt(buckets: ReadonlyArray<readonly [number, number]>, n: number): number {
  let seen = 0;
  for (const [bucket, size] of buckets) {
    seen += size;
    if (n < seen) return middleOf(bucket);
  }
  return middleOf(buckets.at(-1)?.[0] ?? 0);
}

/**
 * Bytes: pairs of (distance to the bucket before, count), each as a number of 7 bits a byte. Equal histograms are equal
 * bytes. A count below nothing (taken away what never came) is left out: its bytes would break those behind it.
 */
export function encode(histogram: Histogram): Uint8Array {
  const bytes: number[] = [];
  let before = -1;
  for (const [bucket, size] of [...histogram].sort((a, b) => a[0] - b[0])) {
    if (size < 1) continue;
    put(bytes, bucket - before);
    put(bytes, size);
    before = bucket;
  }
  return Uint8Array.from(bytes);
}

function put(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** Adds what was encoded to a sum. */
export function addEncoded(sum: Histogram, bytes: Uint8Array): void {
  decode(bytes, (bucket, size) => count(sum, bucket, size));
}

/** A sum of many histograms: a number for each bucket, so that adding costs no look-up. */
export type Dense = Float64Array;
export const dense = (): Dense => new Float64Array(BUCKETS);

export function addEncodedTo(sum: Dense, bytes: Uint8Array): void {
  decode(bytes, (bucket, size) => {
    sum[bucket] = (sum[bucket] ?? 0) + size;
  });
}

export function fromDense(sum: Dense): Histogram {
  const histogram: Histogram = new Map();
  sum.forEach((size, bucket) => {
    if (size !== 0) histogram.set(bucket, size);
  });
  return histogram;
}

function decode(bytes: Uint8Array, each: (bucket: number, size: number) => void): void {
  let bucket = -1;
  let isCount = false;
  let value = 0;
  let weight = 1;
  for (const byte of bytes) {
    if (byte >= 128) {
      value += (byte - 128) * weight;
      weight *= 128;
      continue;
    }
    value += byte * weight;
    if (isCount) each(bucket, value);
    else bucket += value;
    isCount = !isCount;
    value = 0;
    weight = 1;
  }
}
