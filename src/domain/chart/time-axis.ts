/** Round moments on a time axis and their words, in a time zone. Pure: the zone is passed in. */
import { aheadMs } from "../time-zone.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface TimeTick {
  atMs: number;
  label: string;
}

type Step = { ms: number; format: Intl.DateTimeFormatOptions };

const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };

/** Below a month all steps have one length; days are cut in the zone. */
const STEPS: readonly Step[] = [
  ...[1, 5, 15].map((seconds) => ({ ms: seconds * 1000, format: { ...TIME, second: "2-digit" } as const })),
  ...[1, 5, 15, 30].map((minutes) => ({ ms: minutes * 60_000, format: TIME })),
  ...[1, 3, 6, 12].map((hours) => ({ ms: hours * HOUR, format: TIME })),
  ...[1, 2, 7, 14].map((days) => ({ ms: days * DAY, format: DATE })),
];
const MONTHS = [1, 2, 3, 6, 12];

/** At most `count` ticks between two moments, at round times of the zone. */
export function timeTicks(fromMs: number, toMs: number, zone: string, count: number): TimeTick[] {
  const span = toMs - fromMs;
  if (!(span > 0)) return [{ atMs: fromMs, label: sayDay(fromMs, zone) }];
  const step = STEPS.find(({ ms }) => span / ms <= count);
  return step === undefined ? monthTicks(fromMs, toMs, zone, count) : evenTicks(fromMs, toMs, zone, step);
}

function evenTicks(fromMs: number, toMs: number, zone: string, { ms, format }: Step): TimeTick[] {
  const write = new Intl.DateTimeFormat("en-GB", { ...format, timeZone: zone });
  const ticks: TimeTick[] = [];
  // Weeks begin on Monday; 1970 began on a Thursday.
  const origin = ms >= 7 * DAY ? 4 * DAY : 0;
  const firstLocal = Math.ceil((fromMs + aheadMs(fromMs, zone) - origin) / ms) * ms + origin;
  for (let local = firstLocal; ; local += ms) {
    const atMs = local - aheadMs(local - aheadMs(local, zone), zone);
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs) ticks.push({ atMs, label: write.format(atMs) });
  }
}

function monthTicks(fromMs: number, toMs: number, zone: string, count: number): TimeTick[] {
  const months = (toMs - fromMs) / (30.44 * DAY);
  const step = MONTHS.find((each) => months / each <= count) ?? 12 * Math.ceil(months / 12 / count);
  const long = step >= 12;
  const write = new Intl.DateTimeFormat("en-GB", {
    ...(long ? { year: "numeric" } : { month: "short", year: "2-digit" }),
    timeZone: zone,
  });
  const start = new Date(fromMs + aheadMs(fromMs, zone));
  const first = start.getUTCFullYear() * 12 + Math.ceil(start.getUTCMonth() / step) * step;
  const ticks: TimeTick[] = [];
  for (let month = first; ; month += step) {
    const local = Date.UTC(Math.floor(month / 12), month % 12, 1);
    const atMs = local - aheadMs(local, zone);
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs) ticks.push({ atMs, label: write.format(atMs) });
  }
}

/** `20 Nov 2026`. */
export const sayDay = (atMs: number, zone: string): string =>
  new Intl.DateTimeFormat("en-GB", { ...DATE, year: "numeric", timeZone: zone }).format(atMs);

/** `20 Nov 2026, 14:32`. */
export const sayMoment = (atMs: number, zone: string): string =>
  new Intl.DateTimeFormat("en-GB", { ...DATE, year: "numeric", ...TIME, timeZone: zone }).format(atMs);
