/** Quantiles of a sample, exact, with linear interpolation between neighbours (PERCENTILE_CONT). Pure. */

/** @param share 0..1. @returns `null` for an empty sample */
export function quantile(values: ArrayLike<number>, share: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
