/** Days and times of a place (`2026-12-20`, `2026-12-20 18:00`) as moments. Pure. */

const SAID =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:\d{2})?)?$/;
const DAY_MS = 86_400_000;

/**
 * @param isEnd a day without a time is meant to be part of it: then its end is taken
 * @returns ISO 8601 UTC, or `null` when it is no moment
 */
export function momentOf(text: string, timeZone: string, isEnd: boolean): string | null {
  const match = SAID.exec(text.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute = "0", second = "0", zone] = match;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isDay = new Date(midnight).getUTCMonth() === Number(month) - 1;
  if (!isDay || Number(day) === 0) return null;
  if (Number(hour ?? 0) > 24 || Number(minute) > 59 || Number(second) > 59) return null;
  if (hour === undefined) return iso(toUtc(midnight + (isEnd ? DAY_MS : 0), timeZone));
  const local = midnight + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  return iso(zone === undefined ? toUtc(local, timeZone) : local - offsetOf(zone));
}

const iso = (ms: number): string => new Date(ms).toISOString();

function offsetOf(zone: string): number {
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}

/** The second look is for the hours around a change of the clocks. */
function toUtc(local: number, timeZone: string): number {
  const first = local - shiftAt(local, timeZone);
  return local - shiftAt(first, timeZone);
}

/** How far the clocks of a place are ahead of UTC at a moment, in milliseconds. */
function shiftAt(ms: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
    second: "2-digit",
  });
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}
