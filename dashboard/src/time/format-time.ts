/** Times in words: how long ago, how long it took, and the exact moment in the reader's zone. Pure: `now` is passed in. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: ReadonlyArray<readonly [limit: number, unit: number, short: string]> = [
  [MINUTE, SECOND, "s"],
  [HOUR, MINUTE, "min"],
  [DAY, HOUR, "h"],
  [14 * DAY, DAY, "d"],
  [70 * DAY, 7 * DAY, "w"],
  [730 * DAY, 30.44 * DAY, "mo"],
  [Number.POSITIVE_INFINITY, 365.25 * DAY, "y"],
];

/** A span in one unit: `45 s`, `12 min`, `3 h`, `5 d`, `4 w`, `7 mo`, `2 y`. @param ms milliseconds */
export function formatSpan(ms: number): string {
  const span = Math.abs(ms);
  const step = STEPS.find(([limit]) => span < limit);
  if (step === undefined) return "";
  const [, unit, short] = step;
  return `${Math.floor(span / unit)} ${short}`;
}

/** `now`, `12 min ago`, `in 3 h`. */
export function formatAgo(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  if (Math.abs(ms) < 5 * SECOND) return "now";
  return ms > 0 ? `${formatSpan(ms)} ago` : `in ${formatSpan(ms)}`;
}

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
