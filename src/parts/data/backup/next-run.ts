/** When a schedule is due next. Pure. */
import { Cron } from "croner";
import { ViceError } from "../../../kit/errors.ts";

export function isSchedule(text: string): boolean {
  try {
    new Cron(text, { paused: true, mode: "5-part" });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param schedule five fields as in crontab(5), in the time zone of the machine
 * @returns milliseconds since 1970, after `afterMs`; `null` = never again
 * @throws ViceError `config.invalid`
 */
export function nextRunMs(schedule: string, afterMs: number, timeZone?: string): number | null {
  try {
    const cron = new Cron(schedule, {
      paused: true,
      mode: "5-part",
      ...(timeZone === undefined ? {} : { timezone: timeZone }),
    });
    return cron.nextRun(new Date(afterMs))?.getTime() ?? null;
  } catch (problem) {
    const hint = 'Five fields: minute hour day month weekday; "0 3 * * *" is every night at three.';
    throw new ViceError(
      "config.invalid",
      { file: "vice.server.yaml", problem: `backup.schedule: "${schedule}" is no schedule`, hint },
      problem,
    );
  }
}
