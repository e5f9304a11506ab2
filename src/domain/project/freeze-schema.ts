/** Freeze windows as `vice.yaml` writes them, read into the form that the rules work with. Pure. */
import { z } from "zod";
import { type FreezeWindow, minutesOf, weekMinutesOf, yearDayOf } from "../rules/freeze.ts";
import { isTimeZone } from "../time-zone.ts";
import { momentOf } from "./moment.ts";

const EVERY = {
  week: { read: weekMinutesOf, like: "fri 16:00" },
  day: { read: minutesOf, like: "22:00" },
  year: { read: yearDayOf, like: "12-20" },
} as const;

const shape = z.strictObject({
  reason: z.string().trim().min(1).describe("Told to whoever is refused"),
  from: z.string().optional().describe("2026-12-20, 2026-12-20 18:00; with every: fri 16:00, 22:00 or 12-20"),
  to: z.string().optional().describe("Until then; a day is part of it"),
  every: z.enum(["week", "day", "year"]).optional().describe("When it comes again"),
  since: z.string().optional().describe("With every: not before this day"),
  until: z.string().optional().describe("With every: not after this day"),
  timeZone: z.string().default("UTC").describe("IANA name, such as Europe/Berlin"),
});
type Shape = z.output<typeof shape>;

export const freezeSchema = shape.transform((said, ctx): FreezeWindow => {
  const { reason, every, timeZone } = said;
  const wrong = (key: keyof Shape, message: string): null => {
    ctx.addIssue({ code: "custom", path: [key], message });
    return null;
  };
  if (!isTimeZone(timeZone)) {
    wrong("timeZone", `"${timeZone}" is no time zone; write an IANA name such as Europe/Berlin`);
    return { reason, timeZone: "UTC", from: null, to: null, recurs: null };
  }
  if (every === undefined) return { reason, timeZone, ...span(said, ["from", "to"], wrong), recurs: null };
  const recurs = recurrence(said, every, wrong);
  return { reason, timeZone, ...span(said, ["since", "until"], wrong), recurs };
});

type Wrong = (key: keyof Shape, message: string) => null;

function span(
  said: Shape,
  [first, last]: readonly ["from" | "since", "to" | "until"],
  wrong: Wrong,
): { from: string | null; to: string | null } {
  const read = (key: typeof first | typeof last): string | null => {
    const text = said[key];
    if (text === undefined) return null;
    const moment = momentOf(text, said.timeZone, key === last);
    return moment ?? wrong(key, `"${text}" is no moment; write 2026-12-20 or 2026-12-20 18:00`);
  };
  const [from, to] = [read(first), read(last)];
  if (from !== null && to !== null && from >= to) wrong(last, "it ends before it begins");
  if (first === "from" && said.from === undefined && said.to === undefined)
    wrong("from", "is missing; say when it begins, or when it comes again (every)");
  return { from, to };
}

function recurrence(said: Shape, every: keyof typeof EVERY, wrong: Wrong): FreezeWindow["recurs"] {
  const { read, like } = EVERY[every];
  for (const key of ["from", "to"] as const) {
    const text = said[key];
    if (text === undefined) wrong(key, `is missing; every ${every} it is like "${like}"`);
    else if (read(text) === null) wrong(key, `"${text}" is not right; every ${every} it is like "${like}"`);
  }
  return { every, from: said.from ?? "", to: said.to ?? "" };
}
