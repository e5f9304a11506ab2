/** Marks of time on the axis of a trace, at round lengths since its start: minutes, hours, days, weeks, years. Pure. */
import { sayDuration } from "../say-duration.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 365.25 * DAY;

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 3].map((each) => each * DAY),
  ...[1, 2, 4, 8, 13, 26].map((each) => each * WEEK),
  ...[1, 2, 5, 10, 20, 50, 100].map((each) => each * YEAR),
];

export interface OffsetTick {
  /** Milliseconds since the start of the trace. */
  atMs: number;
  label: string;
}

/** From `fromMs` to `toMs`, both included; at most `most` steps between them. */
export function offsetTicks(fromMs: number, toMs: number, most: number): OffsetTick[] {
  const span = toMs - fromMs;
  if (!(span > 0)) return [];
  const step = STEPS.find((each) => span / each <= most) ?? span / most;
  const first = Math.ceil(fromMs / step);
  const count = Math.floor(toMs / step) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => {
    const atMs = (first + at) * step;
    return { atMs, label: labelOf(atMs, step) };
  });
}

function labelOf(atMs: number, step: number): string {
  if (atMs === 0) return "0";
  if (step % YEAR === 0) return `${atMs / YEAR} y`;
  return step % WEEK === 0 ? `${atMs / WEEK} w` : sayDuration(atMs);
}
