/** Durations as people write them (`15m`, `24h`, `90d`) and as they like to read them (`3 min`, `2 d`). */
export { parseDuration } from "../domain/duration.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `450 ms`, `12 s`, `3 min`, `3 h 30 min`, `26 h`, `2 d`: two units where one alone would be far off. */
export function sayDuration(ms: number): string {
  const value = Math.abs(ms);
  if (value < SECOND) return `${Math.round(value)} ms`;
  if (value < 100 * SECOND) return `${Math.round(value / SECOND)} s`;
  if (value < 100 * MINUTE) return `${Math.round(value / MINUTE)} min`;
  if (value < DAY) return pair(value, HOUR, "h", MINUTE, "min");
  if (value < 2 * DAY) return `${Math.round(value / HOUR)} h`;
  if (value < 730 * DAY) return `${Math.round(value / DAY)} d`;
  return `${Math.floor(value / (365.25 * DAY))} y`;
}

function pair(value: number, big: number, bigWord: string, small: number, smallWord: string): string {
  const total = Math.round(value / small);
  const each = big / small;
  const rest = total % each;
  return `${Math.floor(total / each)} ${bigWord}${rest === 0 ? "" : ` ${rest} ${smallWord}`}`;
}

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
