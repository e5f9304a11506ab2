/** Reads a moment as people say it: `2 weeks ago`, `yesterday 14:30`, `monday`, `90d`, `@{2.weeks.ago}`, ISO 8601. */
import { momentOf } from "../domain/project/moment.ts";
import { parseDuration } from "./duration.ts";
import { ViceError } from "./errors.ts";
import { toIso } from "./time.ts";

export interface MomentOptions {
  /** In whose time days and clock times are meant; without it that of this machine. */
  timeZone?: string;
  /** Where `2h` and `monday` lie: before now, or after it. */
  toward?: "past" | "future";
}

/** What help says of every input of this kind. */
export const MOMENT_WORDS = "ISO 8601, or words: 2 weeks ago, yesterday 14:30, monday, 90d";

const DAY_MS = 86_400_000;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const SPANS: ReadonlyArray<readonly [word: RegExp, ms: number]> = [
  [/^(?:s|secs?|seconds?)$/, 1000],
  [/^(?:m|mins?|minutes?)$/, 60_000],
  [/^(?:h|hrs?|hours?)$/, 3_600_000],
  [/^(?:d|days?)$/, DAY_MS],
  [/^(?:w|weeks?)$/, 7 * DAY_MS],
];
/** Calendar months: their length differs. */
const MONTHS: ReadonlyArray<readonly [word: RegExp, months: number]> = [
  [/^(?:mo|months?)$/, 1],
  [/^quarters?$/, 3],
  [/^(?:y|years?)$/, 12],
];
const ONES: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, last: 1, two: 2, three: 3 };

interface Asked {
  nowMs: number;
  zone: string;
  /** -1 = the past. */
  sign: 1 | -1;
}

/**
 * A day means its beginning, and clock times are those of the zone; a whole date without a zone is UTC, as everywhere here.
 * @returns milliseconds since 1970, or `null` when it is no moment
 */
export function parseMoment(text: string, nowMs: number, options: MomentOptions = {}): number | null {
  const found = anyMoment(text, nowMs, options);
  return found === null || toIso(found) === null ? null : Math.round(found);
}

/** Also one of a time in which nothing can be known. */
function anyMoment(text: string, nowMs: number, options: MomentOptions): number | null {
  const iso = toIso(text);
  if (iso !== null) return Date.parse(iso);
  const { timeZone, toward = "past" } = options;
  const asked: Asked = {
    nowMs,
    zone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    sign: toward === "past" ? -1 : 1,
  };
  const words = wordsOf(text);
  return bySpan(words, asked) ?? byDay(words, asked);
}

/** The same, for commands. @throws ViceError `input.invalid` */
export function readMoment(text: string, nowMs: number, options: MomentOptions = {}): number {
  const ms = parseMoment(text, nowMs, options);
  if (ms !== null) return ms;
  if (anyMoment(text, nowMs, options) !== null)
    throw new ViceError("input.invalid", {
      message: `"${text}" is no moment of which anything can be known: those lie between the years 2000 and 2200.`,
      hint: "Write a shorter time, as 10y or 2 weeks ago.",
    });
  throw new ViceError("input.invalid", {
    message: `"${text}" is no moment.`,
    hint: "Write 2026-11-20T14:32Z, 30d, yesterday 14:30, monday or 2 weeks ago.",
  });
}

/** Clocks of two machines differ by so much. */
const AHEAD_MS = 60_000;

/** The same, of what was. @throws ViceError `input.invalid` for what lies ahead too */
export function readPast(text: string, nowMs: number, options: MomentOptions = {}): number {
  const ms = readMoment(text, nowMs, options);
  if (ms <= nowMs + AHEAD_MS) return ms;
  throw new ViceError("input.invalid", {
    message: `"${text}" lies ahead: what will be is not known.`,
    hint: "Name a moment that was: yesterday, monday, 2 weeks ago. For now leave it out.",
  });
}

/** `@{2.weeks.ago}`, as git writes it, is `2 weeks ago`. */
function wordsOf(text: string): string[] {
  const bare = /^@\{(.*)\}$/.exec(text.trim())?.[1] ?? text;
  const spaced = bare.toLowerCase().replace(/(?<=[a-z])\.|\.(?=[a-z])|_/g, " ");
  return spaced
    .split(/[\s,]+/)
    .filter((word) => word !== "" && word !== "at" && word !== "the" && word !== "on");
}

/** `now`, `2 weeks ago`, `in 3 hours`, `90d`, `last month`. */
function bySpan(words: readonly string[], asked: Asked): number | null {
  const [first, ...rest] = words;
  if (first === undefined) return null;
  if (words.length === 1 && first === "now") return asked.nowMs;
  if (words.at(-1) === "ago") return shifted(words.slice(0, -1), { ...asked, sign: -1 });
  if (first === "in") return shifted(rest, { ...asked, sign: 1 });
  return shifted(words, first === "last" ? { ...asked, sign: -1 } : asked);
}

function shifted(words: readonly string[], { nowMs, sign }: Asked): number | null {
  const [count, unit, ...more] = splitUnit(words);
  if (more.length > 0 || count === undefined) return null;
  if (unit === undefined) {
    const ms = parseDuration(count);
    return ms === null ? null : nowMs + sign * ms;
  }
  const many = ONES[count] ?? (/^\d+(?:\.\d+)?$/.test(count) ? Number(count) : null);
  if (many === null) return null;
  const span = SPANS.find(([word]) => word.test(unit))?.[1];
  if (span !== undefined) return nowMs + sign * many * span;
  const months = MONTHS.find(([word]) => word.test(unit))?.[1];
  return months === undefined ? null : byMonths(nowMs, sign * Math.round(many * months));
}

/** `2weeks` is `2 weeks`. */
function splitUnit(words: readonly string[]): string[] {
  const [, count, unit] = words.length === 1 ? (/^(\d+(?:\.\d+)?)([a-z]+)$/.exec(words[0] ?? "") ?? []) : [];
  return count === undefined || unit === undefined ? [...words] : [count, unit];
}

/** The same day of another month, or its last one: a month before the 31st of March is the 28th of February. */
function byMonths(ms: number, months: number): number {
  const then = new Date(ms);
  const day = then.getUTCDate();
  then.setUTCDate(1);
  then.setUTCMonth(then.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate();
  then.setUTCDate(Math.min(day, lastDay));
  return then.getTime();
}

/** `14:32`, `yesterday`, `monday 9:00`, `noon`, `tomorrow at 18:00`. */
function byDay(words: readonly string[], asked: Asked): number | null {
  const time = words.map(clockOf).find((clock) => clock !== null) ?? null;
  const day = words.filter((word) => clockOf(word) === null);
  const isTimeAlone = time !== null && day.length === 0;
  if (day.length + (time === null ? 0 : 1) !== words.length) return null;
  const date = isTimeAlone ? dayOf(asked, 0) : dateOf(day, asked);
  if (date === null) return null;
  const iso = momentOf(`${date} ${time ?? "00:00"}`, asked.zone, false);
  const ms = iso === null ? null : Date.parse(iso);
  // A clock time alone that has not come yet was meant of yesterday, and the other way round.
  const isWrongSide = isTimeAlone && ms !== null && (ms - asked.nowMs) * asked.sign < 0;
  return isWrongSide ? byDay([...words, asked.sign < 0 ? "yesterday" : "tomorrow"], asked) : ms;
}

const CLOCKS: Readonly<Record<string, string>> = { noon: "12:00", midnight: "00:00" };

function clockOf(word: string): string | null {
  const named = CLOCKS[word];
  if (named !== undefined) return named;
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(word);
  return match === null ? null : `${match[1]?.padStart(2, "0")}:${match[2]}:${match[3] ?? "00"}`;
}

const NEAR_DAYS: Readonly<Record<string, number>> = { today: 0, yesterday: -1, tomorrow: 1 };

/** The day that the words name, as `2026-11-20`. */
function dateOf(words: readonly string[], asked: Asked): string | null {
  const [first = "", second] = words;
  const isShifted = first === "last" || first === "next";
  if (words.length > (isShifted ? 2 : 1)) return null;
  const near = NEAR_DAYS[first];
  if (near !== undefined) return dayOf(asked, near);
  const name = isShifted ? (second ?? "") : first;
  const weekday = name.length < 3 ? -1 : WEEKDAYS.findIndex((each) => each.startsWith(name));
  if (weekday < 0) return null;
  const sign = first === "last" ? -1 : first === "next" ? 1 : asked.sign;
  const today = new Date(`${dayOf(asked, 0)}T00:00:00Z`).getUTCDay();
  const away = ((((weekday - today) * sign) % 7) + 7) % 7;
  return dayOf(asked, sign * (away === 0 && (isShifted || sign > 0) ? 7 : away));
}

/** Today in the zone, moved by days. */
function dayOf({ nowMs, zone }: Asked, days: number): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
  }).format(nowMs);
  return new Date(Date.parse(`${parts}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
