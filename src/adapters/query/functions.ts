/** The functions that queries have beside those of SQLite: percentiles, buckets of time, moments in words. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { quantile } from "../../domain/quantile.ts";
import { parseMoment } from "../../kit/moment.ts";
import { bucketOf, momentMs, readWidth, shiftsOf, type Width } from "./time-bucket.ts";

/** For the reference page. */
export const QUERY_FUNCTIONS: ReadonlyArray<{ call: string; about: string }> = [
  {
    call: "percentile(x, 0.95)",
    about:
      "Aggregate: the value that 95 % of the rows do not exceed, linear between neighbours. From 0 to 1; above 1 it is read as a percentage (`95`). Null values do not count; null when there is none.",
  },
  { call: "median(x)", about: "Aggregate: the same as `percentile(x, 0.5)`." },
  {
    call: "time_bucket('1 week', t)",
    about:
      "Beginning of the bucket that a time falls into, as text in UTC: `15 minutes`, `1 hour`, `day`, `week` (from Monday), `month`, `quarter`, `year`, each also several. `t` is a time column or milliseconds.",
  },
  {
    call: "time_bucket('1 day', t, 'Europe/Zurich')",
    about: "The same in the days of a zone (IANA name), over changes of the clocks.",
  },
  {
    call: "moment('2 weeks ago')",
    about:
      "Milliseconds since 1970 of a moment in words or ISO 8601, UTC; made to narrow by: `occurred_ms >= moment('monday')`.",
  },
];

let told: string | null = null;

/** What a function said when it refused, once: Node loses the words where an aggregate throws while rows are read. */
export function takeProblem(): string | null {
  const problem = told;
  told = null;
  return problem;
}

function refuse(problem: string): never {
  told = problem;
  throw new Error(problem);
}

/** @param nowMs the present as the views see it. Problems are told in words: SQLite hands the text on. */
export function addFunctions(db: DatabaseSync, nowMs: number): void {
  const sample = { deterministic: true, start: emptySample, result: quantileOf };
  db.aggregate("percentile", {
    ...sample,
    step: (values, value, share) => added(values, value ?? null, shareOf(share)),
  });
  db.aggregate("median", { ...sample, step: (values, value) => added(values, value ?? null, 0.5) });
  const buckets = new Map<string, (ms: number) => string>();
  db.function("time_bucket", { deterministic: true, varargs: true }, (width, time, zone, ...more) => {
    if (time === undefined || more.length > 0)
      refuse("time_bucket takes a width, a time and perhaps a zone: time_bucket('1 week', occurred_at)");
    const key = `${String(width)}\0${String(zone ?? "UTC")}`;
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      bucket = bucketing(String(width), String(zone ?? "UTC"));
      buckets.set(key, bucket);
    }
    const ms = momentMs(time);
    return ms === null ? null : bucket(ms);
  });
  db.function("moment", { deterministic: true }, (text) => {
    if (text === null) return null;
    const ms = parseMoment(String(text), nowMs, { timeZone: "UTC" });
    if (ms === null) refuse(`"${String(text)}" is no moment: write '2 weeks ago' or '2026-11-20'`);
    return ms;
  });
}

/** A group: how many numbers it has, the share that is asked for, and the numbers. */
const HEAD = 2;

const emptySample = (): Float64Array => new Float64Array(HEAD + 62);

/** Anything but a number does not count. */
function added(sample: SQLInputValue, value: SQLInputValue, share: number): Float64Array {
  const values = sample instanceof Float64Array ? sample : emptySample();
  const at = HEAD + (values[0] ?? 0);
  const room = at < values.length ? values : grown(values);
  room[1] = share;
  if (typeof value !== "number") return room;
  room[at] = value;
  room[0] = at - HEAD + 1;
  return room;
}

function grown(values: Float64Array): Float64Array {
  const larger = new Float64Array(values.length * 2);
  larger.set(values);
  return larger;
}

function quantileOf(sample: SQLInputValue): number | null {
  if (!(sample instanceof Float64Array)) return null;
  const [count = 0, share = 0] = sample;
  return quantile(sample.subarray(HEAD, HEAD + count), share);
}

function shareOf(value: unknown): number {
  const share = typeof value === "number" && value > 1 ? value / 100 : value;
  if (typeof share === "number" && share >= 0 && share <= 1) return share;
  refuse("percentile wants a share from 0 to 1 as its second value: percentile(duration_ms, 0.95)");
}

function bucketing(widthText: string, zone: string): (ms: number) => string {
  const width: Width | null = readWidth(widthText);
  if (width === null)
    refuse(
      `"${widthText}" is no width of time: write '15 minutes', '1 hour', '1 day', '1 week' or '1 month'`,
    );
  const shiftAt = zoneShifts(zone);
  return (ms) => new Date(bucketOf(ms, width, shiftAt)).toISOString();
}

function zoneShifts(zone: string): (ms: number) => number {
  try {
    return shiftsOf(zone);
  } catch {
    refuse(`there is no time zone "${zone}": write a name like 'Europe/Zurich' or 'UTC'`);
  }
}
