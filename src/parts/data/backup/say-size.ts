/** Sizes as people like to read them. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** One number and one unit: `512 B`, `3.4 MiB`. */
export function saySize(bytes: number): string {
  const at = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  const value = bytes / 1024 ** at;
  return `${value < 10 && at > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[at]}`;
}
