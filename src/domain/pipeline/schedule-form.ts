/** The form of `schedule:`: when a server carries a pipeline out by itself. */
import { z } from "zod";
import { isTimeZone } from "../time-zone.ts";
import { name, scalar } from "./forms.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Minute, hour, day, month, weekday; 7 is Sunday too. */
const FIELDS: ReadonlyArray<{ from: number; to: number; words: readonly string[] }> = [
  { from: 0, to: 59, words: [] },
  { from: 0, to: 23, words: [] },
  { from: 1, to: 31, words: [] },
  { from: 1, to: 12, words: MONTHS },
  { from: 0, to: 7, words: DAYS },
];

/** Whether it is five fields as in crontab(5). */
export function isCron(given: string): boolean {
  const fields = given.trim().split(/\s+/);
  return fields.length === FIELDS.length && fields.every((field, at) => isField(field, FIELDS[at]));
}

function isField(field: string, allowed: (typeof FIELDS)[number] | undefined): boolean {
  if (allowed === undefined) return false;
  const { from, to, words } = allowed;
  const numberOf = (word: string): number => {
    const at = words.indexOf(word.toLowerCase());
    if (at >= 0) return at + from;
    return /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  };
  const isIn = (value: number): boolean => value >= from && value <= to;
  return field.split(",").every((part) => {
    const [, span = "", step] = /^([^/]+)(?:\/([1-9]\d?))?$/.exec(part) ?? [];
    if (span === "*") return true;
    const [first = "", last, ...more] = span.split("-");
    if (more.length > 0 || (last === undefined && step !== undefined)) return false;
    const begin = numberOf(first);
    const end = last === undefined ? begin : numberOf(last);
    return isIn(begin) && isIn(end) && begin <= end;
  });
}

const cron = z
  .string()
  .refine(isCron, "is no schedule; five fields: minute hour day month weekday, as 0 3 * * *")
  .describe("Minute hour day month weekday, as 0 3 * * *");

const one = z.strictObject({
  name: name.optional().describe("What it is called; by itself schedule, schedule-2, ..."),
  cron,
  timeZone: z
    .string()
    .refine(isTimeZone, "is no time zone; write an IANA name such as Europe/Berlin")
    .default("UTC")
    .describe("IANA name, such as Europe/Berlin"),
  missed: z
    .enum(["skip", "once", "all"])
    .default("skip")
    .describe("What is done for moments at which no server ran: nothing, one run, or one for each"),
  overlap: z
    .enum(["skip", "queue", "cancel"])
    .default("skip")
    .describe("While the run before goes on: do not run, wait for it, or cancel it"),
  inputs: z.record(name, scalar).default({}),
});
const short = cron.transform((given) => one.parse({ cron: given }));

export const scheduleForm = z
  .union([short, one, z.array(z.union([short, one])).max(50)])
  .transform((given) =>
    [given]
      .flat()
      .map((each, at) => ({ ...each, name: each.name ?? `schedule${at === 0 ? "" : `-${at + 1}`}` })),
  )
  .refine((all) => new Set(all.map((each) => each.name)).size === all.length, "two schedules have one name");
export type ScheduleSpec = z.output<typeof scheduleForm>[number];
