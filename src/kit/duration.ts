/** Durations as people write them (`15m`, `24h`, `90d`) and as they like to read them (`3 min`, `2 d`). */
export { parseDuration } from "../domain/duration.ts";

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
