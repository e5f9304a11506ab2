/**
 * The moments of a schedule. On the day on which clocks go forward, a time that there is not is the moment at which they
 * do; on the day on which they go back, a time that there is twice counts the first time.
 */
import { Cron } from "croner";

export interface When {
  /** Five fields as in crontab(5). */
  cron: string;
  /** IANA name. */
  timeZone: string;
}

const cronOf = ({ cron, timeZone }: When): Cron =>
  new Cron(cron, { paused: true, mode: "5-part", timezone: timeZone });

/** @returns milliseconds since 1970; `null` = never again */
export const nextMoment = (when: When, afterMs: number): number | null =>
  cronOf(when).nextRun(new Date(afterMs))?.getTime() ?? null;

/** Those after one moment and until another, oldest first; of very many the newest. */
export function momentsBetween(when: When, afterMs: number, untilMs: number, most: number): number[] {
  const cron = cronOf(when);
  const found: number[] = [];
  for (let at = cron.nextRun(new Date(afterMs)); at !== null; at = cron.nextRun(at)) {
    if (at.getTime() > untilMs) return found;
    if (found.length === most) return newest(cron, untilMs, most);
    found.push(at.getTime());
  }
  return found;
}

/** What is asked for is before a moment, and the last one may be that moment itself. */
const newest = (cron: Cron, untilMs: number, most: number): number[] =>
  cron
    .previousRuns(most, new Date(untilMs + 1000))
    .map((moment) => moment.getTime())
    .filter((ms) => ms <= untilMs)
    .sort((a, b) => a - b);

/** The newest until a moment, which may be one itself; newest first. */
export const lastMoments = (when: When, untilMs: number, count: number): number[] =>
  newest(cronOf(when), untilMs, count + 1)
    .slice(-count)
    .reverse();
