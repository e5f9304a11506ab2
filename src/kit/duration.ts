/** Durations as people write them (`15m`, `24h`, `90d`) and as they like to read them (`3 min`, `2 d`). */

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** @returns milliseconds, or `null` when it is no duration; a bare number is seconds */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)?$/.exec(text.trim());
  if (match === null) return null;
  return Number(match[1]) * (UNITS[match[2] ?? "s"] ?? 1000);
}

/** One number and one unit: `450 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function sayDuration(ms: number): string {
  const value = Math.abs(ms);
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 100_000) return `${Math.round(value / 1000)} s`;
  if (value < 100 * 60_000) return `${Math.round(value / 60_000)} min`;
  if (value < 48 * 3_600_000) return `${Math.round(value / 3_600_000)} h`;
  if (value < 730 * 86_400_000) return `${Math.round(value / 86_400_000)} d`;
  return `${Math.floor(value / 31_557_600_000)} y`;
}
