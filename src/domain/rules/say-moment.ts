/** A moment as people say it, in the time of a place: `16:00 UTC`, `20 Dec 16:00 CET`. Pure. */
import { sayAgo } from "../ago.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(ms: number, timeZone: string): (type: Intl.DateTimeFormatPartTypes) => string {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      timeZoneName: "short",
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    formats.set(timeZone, format);
  }
  const parts = format.formatToParts(ms);
  return (type) => parts.find((part) => part.type === type)?.value ?? "";
}

/** Without what is the same as now: the day, the year. What is no time stays as it is. */
export function sayMoment(iso: string, nowMs: number, timeZone: string): string {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  const [then, now] = [partsOf(ms, timeZone), partsOf(nowMs, timeZone)];
  const day = (of: typeof then): string => `${of("day")} ${of("month")}`;
  const sameYear = then("year") === now("year");
  const date = sameYear ? (day(then) === day(now) ? "" : `${day(then)} `) : `${day(then)} ${then("year")} `;
  return `${date}${then("hour")}:${then("minute")} ${then("timeZoneName")}`;
}

/** `16:00 UTC (in 3 h)`; `null` = `further notice`. */
export const sayUntil = (iso: string | null, nowMs: number, timeZone: string): string =>
  iso === null ? "further notice" : `${sayMoment(iso, nowMs, timeZone)} (${sayAgo(iso, nowMs)})`;
