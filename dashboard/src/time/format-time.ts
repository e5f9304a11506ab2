/** Times in words: how long ago, how long it took, and the exact moment in the reader's zone. Pure: `now` is passed in. */

export { sayAge as formatSpan, sayAgo as formatAgo } from "../../../src/kit/ago.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A duration with two units at most: `29 ms`, `0.8 s`, `42 s`, `1 min 30 s`, `2 h 5 min`. @param ms milliseconds */
export function formatDuration(ms: number): string {
  if (ms > 0 && ms < SECOND / 10) return `${Math.max(1, Math.round(ms))} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return pair(Math.round(ms / SECOND), 60, "min", "s");
  if (ms < DAY) return pair(Math.round(ms / MINUTE), 60, "h", "min");
  return pair(Math.round(ms / HOUR), 24, "d", "h");
}

function pair(total: number, base: number, big: string, small: string): string {
  const rest = total % base;
  const head = `${Math.floor(total / base)} ${big}`;
  return rest === 0 ? head : `${head} ${rest} ${small}`;
}

/** The exact moment with seconds and zone name, as the reader's locale writes it. */
export function formatAbsolute(iso: string, zone?: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(undefined, {
    dateStyle: "medium",
    timeStyle: "long",
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).format(date);
}
