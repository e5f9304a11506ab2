/** Freeze windows: times in which nothing is deployed, once or again and again, in the time of a place. Pure. */

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** A moment of the week (`fri 16:00`) or a day of the year (`12-20`), or a moment (ISO 8601). */
export type Recurrence =
  | { every: "week"; from: string; to: string }
  | { every: "year"; from: string; to: string }
  | { every: "day"; from: string; to: string };

export interface FreezeWindow {
  reason: string;
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
  /** Moments (ISO 8601) between which it holds at all; `null` = open. `to` is exclusive. */
  from: string | null;
  to: string | null;
  /** Within that, when it comes again; `null` = all the time. */
  recurs: Recurrence | null;
}

/** Local time of a moment, as numbers that can be compared. */
interface Local {
  /** Minutes since Monday 00:00. */
  week: number;
  /** Minutes since 00:00. */
  day: number;
  /** Month times 100 plus day of the month. */
  year: number;
}

const MINUTES_A_DAY = 1440;
const formats = new Map<string, Intl.DateTimeFormat>();

function localOf(ms: number, timeZone: string): Local {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  const day = Number(parts["hour"]) * 60 + Number(parts["minute"]);
  const weekday = DAYS.indexOf(String(parts["weekday"]).toLowerCase() as (typeof DAYS)[number]);
  return {
    week: weekday * MINUTES_A_DAY + day,
    day,
    year: Number(parts["month"]) * 100 + Number(parts["day"]),
  };
}

const CLOCK = /^([01]?\d|2[0-4]):([0-5]\d)$/;

/** `16:00` as minutes; `24:00` is the end of the day. `null` = no such time. */
export function minutesOf(clock: string): number | null {
  const [, hours, minutes] = CLOCK.exec(clock.trim()) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const sum = Number(hours) * 60 + Number(minutes);
  return sum <= MINUTES_A_DAY ? sum : null;
}

/** `fri 16:00` or `fri` as minutes of the week. `null` = no such moment. */
export function weekMinutesOf(text: string): number | null {
  const [word = "", clock = "00:00"] = text.trim().toLowerCase().split(/\s+/);
  const day = DAYS.indexOf(word.slice(0, 3) as (typeof DAYS)[number]);
  const minutes = minutesOf(clock);
  return day === -1 || minutes === null ? null : day * MINUTES_A_DAY + minutes;
}

/** `12-20` as a number that can be compared. `null` = no such day. */
export function yearDayOf(text: string): number | null {
  const [, month, day] = /^(\d{1,2})-(\d{1,2})$/.exec(text.trim()) ?? [];
  const [m, d] = [Number(month), Number(day)];
  return m >= 1 && m <= 12 && d >= 1 && d <= 31 ? m * 100 + d : null;
}

/** From (inclusive) to (exclusive), also around the end of the week, day or year. */
const within = (at: number, from: number, to: number): boolean =>
  from <= to ? at >= from && at < to : at >= from || at < to;

/** Whether the window holds at a moment (milliseconds since 1970). What cannot be read holds: better to ask a person. */
export function isFrozen(window: FreezeWindow, ms: number): boolean {
  if (window.from !== null && ms < Date.parse(window.from)) return false;
  if (window.to !== null && ms >= Date.parse(window.to)) return false;
  const { recurs } = window;
  if (recurs === null) return true;
  const local = localOf(ms, window.timeZone);
  const read = { week: weekMinutesOf, day: minutesOf, year: yearDayOf }[recurs.every];
  const [from, to] = [read(recurs.from), read(recurs.to)];
  if (from === null || to === null) return true;
  // The last day of a span of the year is meant to be part of it.
  return within(local[recurs.every], from, recurs.every === "year" ? to + 1 : to);
}

const STEP_MS = 15 * 60_000;
const FAR_MS = 400 * 86_400_000;

/** When the window ends that holds at `ms` (a quarter of an hour exact); `null` = it has no end that can be found. */
export function frozenUntil(window: FreezeWindow, ms: number): number | null {
  if (window.recurs === null) return window.to === null ? null : Date.parse(window.to);
  const first = Math.ceil((ms + 1) / STEP_MS) * STEP_MS;
  for (let at = first; at < ms + FAR_MS; at += STEP_MS) if (!isFrozen(window, at)) return at;
  return null;
}
