/** Durations as people write them (`15m`, `24h`, `90d`) and as they like to read them (`3 min`, `2 d 4 h`). */
export { parseDuration } from "../domain/duration.ts";
export { sayDuration } from "../domain/say-duration.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MARKS = [
  [DAY, "d", HOUR],
  [HOUR, "h", MINUTE],
  [MINUTE, "min", SECOND],
] as const;

/** For the marks of a scale, short and so exact that neighbours differ: `0`, `1.5s`, `35min`, `1h10`, `2d12`. */
export function sayMark(ms: number): string {
  const found = MARKS.find(([size]) => Math.round(ms / SECOND) * SECOND >= size);
  if (found === undefined) {
    if (ms < SECOND) return ms === 0 ? "0" : `${Math.round(ms)}ms`;
    return `${Number((ms / SECOND).toFixed(ms < 10 * SECOND ? 1 : 0))}s`;
  }
  const [big, word, small] = found;
  const total = Math.round(ms / small);
  const rest = total % (big / small);
  return `${Math.floor(total / (big / small))}${word}${rest === 0 ? "" : String(rest).padStart(2, "0")}`;
}
