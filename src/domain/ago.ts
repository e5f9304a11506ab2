/** How old something is, in one wording for terminal and page. Pure: `now` is passed in, and it imports nothing. */

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

/** An age in one unit, without its sign: `45 s`, `12 min`, `3 h`, `5 d`, `4 w`, `7 mo`, `2 y`. @param ms milliseconds */
export function sayAge(ms: number): string {
  const span = Math.abs(ms);
  const step = STEPS.find(([limit]) => span < limit);
  if (step === undefined) return "";
  const [, unit, short] = step;
  return `${Math.floor(span / unit)} ${short}`;
}

/** `now`, `12 min ago`, `in 3 h`; what is no time stays as it is. */
export function sayAgo(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  if (Math.abs(ms) < 5 * SECOND) return "now";
  return ms > 0 ? `${sayAge(ms)} ago` : `in ${sayAge(ms)}`;
}
