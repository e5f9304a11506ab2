/** Which bucket of time a moment falls into: `time_bucket('1 week', occurred_at)`, in the days of a zone. */
import { toIso } from "../../kit/time.ts";

const DAY_MS = 86_400_000;
/** A Monday: weeks begin there, as in ISO 8601. */
const MONDAY_MS = Date.UTC(2000, 0, 3);

const SPANS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
};
const MONTHS: Readonly<Record<string, number>> = { month: 1, quarter: 3, year: 12 };

export interface Width {
  /** Milliseconds; with months 0. */
  ms: number;
  /** Calendar months; with milliseconds 0. */
  months: number;
}

/** @returns `null` when it is no width. `1 week`, `15 minutes`, `month`. */
export function readWidth(text: string): Width | null {
  const match = /^\s*(\d{1,6})?\s*([a-z]+?)s?\s*$/i.exec(text);
  const [count, unit] = [Number(match?.[1] ?? 1), (match?.[2] ?? "").toLowerCase()];
  const [ms, months] = [(SPANS[unit] ?? 0) * count, (MONTHS[unit] ?? 0) * count];
  return ms + months > 0 ? { ms, months } : null;
}

/** Clocks change on whole quarters of an hour, so within one of them the shift is the same. */
const QUARTER_MS = 900_000;

/** How far the clocks of a zone are ahead of UTC. @throws RangeError for a zone that there is not */
export function shiftsOf(timeZone: string): (ms: number) => number {
  if (timeZone === "UTC") return () => 0;
  const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  const known = new Map<number, number>();
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS);
    let shift = known.get(quarter);
    if (shift === undefined) {
      const name = format.formatToParts(ms).find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
      const [, sign, hours, minutes = "0"] = /GMT(?:([+-])(\d{2}):?(\d{2})?)?/.exec(name) ?? [];
      shift = (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes)) * 60_000;
      known.set(quarter, shift);
    }
    return shift;
  };
}

/** The beginning of the bucket, in milliseconds since 1970. */
export function bucketOf(ms: number, width: Width, shiftAt: (ms: number) => number): number {
  const local = ms + shiftAt(ms);
  const start = width.months > 0 ? monthStart(local, width.months) : spanStart(local, width.ms);
  // Twice, for the hours around a change of the clocks.
  const first = start - shiftAt(start);
  return start - shiftAt(first);
}

const spanStart = (local: number, ms: number): number =>
  MONDAY_MS + Math.floor((local - MONDAY_MS) / ms) * ms;

function monthStart(local: number, months: number): number {
  const then = new Date(local);
  const since = then.getUTCFullYear() * 12 + then.getUTCMonth();
  const start = Math.floor(since / months) * months;
  return Date.UTC(Math.floor(start / 12), start % 12, 1);
}

/** A moment as the views write it, or milliseconds since 1970; `null` when it is no time. */
export function momentMs(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const iso = toIso(value);
  return iso === null ? null : Date.parse(iso);
}
