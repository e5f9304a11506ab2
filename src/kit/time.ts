/** Reads the time formats that sources really send and writes the one that vice keeps. */

/** Absurd dates (before 2000, after 2200) are not times: a clock that says so is broken. */
const MIN = Date.UTC(2000, 0, 1);
const MAX = Date.UTC(2200, 0, 1);

const iso = (ms: number): string | null => (ms >= MIN && ms < MAX ? new Date(ms).toISOString() : null);

/**
 * ISO 8601 with any fraction and offset, `2021-04-28 21:50:00 +0200`, `2019-11-19 12:40:07 UTC`, and a number or numeric
 * text of milliseconds since 1970 (or of seconds, when it is that small). A time without a zone is UTC.
 * @returns ISO 8601 UTC with milliseconds, or `null` when it is no time
 */
export function toIso(value: unknown): string | null {
  if (typeof value === "number")
    return Number.isFinite(value) ? iso(value < 1e11 ? value * 1000 : value) : null;
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (/^\d{9,13}(\.\d+)?$/.test(text)) return toIso(Number(text));
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i.exec(
      text,
    );
  if (match === null) return compact(text);
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone = "Z"] = match;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.padEnd(3, "0").slice(0, 3)),
  );
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31 || Number(hour) > 24)
    return null;
  if (Number(minute) > 59 || Number(second) > 60) return null;
  return iso(ms - offsetMs(zone));
}

function offsetMs(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === "-" ? -1 : 1) * minutes * 60_000;
}

/** TeamCity writes `20260102T030405+0000`. */
function compact(text: string): string | null {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})([+-]\d{4}|Z)$/.exec(text);
  if (match === null) return null;
  const [, y, mo, d, h, mi, s, zone] = match;
  return toIso(`${y}-${mo}-${d}T${h}:${mi}:${s}${zone}`);
}
