/** Cuts a period into days, weeks from Monday, or months, in the time of a place. Pure. */
import { aheadMs } from "../time-zone.ts";

export const BUCKETS = ["day", "week", "month"] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Milliseconds since 1970; `fromMs` belongs to it, `toMs` does not. */
export interface Period {
  fromMs: number;
  toMs: number;
}

export const DAY_MS = 86_400_000;

/** The day of a moment in the time of a place, in days since 1970-01-01. */
export const dayOf = (ms: number, timeZone: string): number =>
  Math.floor((ms + aheadMs(ms, timeZone)) / DAY_MS);

/** `2026-11-20`, as people in that place would write the day of a moment. */
export const dateOf = (ms: number, timeZone: string): string =>
  new Date(dayOf(ms, timeZone) * DAY_MS).toISOString().slice(0, 10);

/** `2026-11-20 14:05`, as clocks in that place show a moment. */
export const minuteOf = (ms: number, timeZone: string): string =>
  new Date(ms + aheadMs(ms, timeZone)).toISOString().slice(0, 16).replace("T", " ");

/** When a day begins in the time of a place; where clocks change at midnight, at the first moment of it. */
export function startOfDay(day: number, timeZone: string): number {
  const local = day * DAY_MS;
  if (timeZone === "UTC") return local;
  const first = local - aheadMs(local, timeZone);
  const second = local - aheadMs(first, timeZone);
  return dayOf(second, timeZone) < day ? Math.max(first, second) : second;
}

/** The first day of the bucket that a day lies in. 1970-01-01 was a Thursday. */
const FIRST_DAY: Record<Bucket, (day: number) => number> = {
  day: (day) => day,
  week: (day) => day - ((((day + 3) % 7) + 7) % 7),
  month: (day) => day - new Date(day * DAY_MS).getUTCDate() + 1,
};
const NEXT_DAY: Record<Bucket, (day: number) => number> = {
  day: (day) => day + 1,
  week: (day) => day + 7,
  month: (day) => {
    const date = new Date(day * DAY_MS);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY_MS;
  },
};

/** Oldest first; the first and the last are cut to the period. */
export function bucketsOf({ fromMs, toMs }: Period, bucket: Bucket, timeZone: string): Period[] {
  const made: Period[] = [];
  let day = FIRST_DAY[bucket](dayOf(fromMs, timeZone));
  let startMs = startOfDay(day, timeZone);
  while (startMs < toMs) {
    day = NEXT_DAY[bucket](day);
    const endMs = startOfDay(day, timeZone);
    made.push({ fromMs: Math.max(startMs, fromMs), toMs: Math.min(endMs, toMs) });
    startMs = endMs;
  }
  return made;
}

/** The part of a period of which something is known. */
export interface KnownPart extends Period {
  days: number;
  /** Nothing of the period is missing. */
  isWhole: boolean;
}

/** A rate over less than a day says nothing: one deployment five minutes after midnight is not 288 a day. */
const LEAST_DAYS = 1;

/** @param firstMs since when something is known; `null` = nothing is. @returns `null` when nothing of the period is known */
export function knownPart(period: Period, firstMs: number | null): KnownPart | null {
  if (firstMs === null || firstMs >= period.toMs) return null;
  const fromMs = Math.max(period.fromMs, firstMs);
  const all = daysOf(period);
  const days = Math.min(all, Math.max(LEAST_DAYS, daysOf({ fromMs, toMs: period.toMs })));
  return { fromMs, toMs: period.toMs, days, isWhole: days === all };
}

export const daysOf = ({ fromMs, toMs }: Period): number => (toMs - fromMs) / DAY_MS;
