/** Writes numbers as people read them, by their unit: durations, percents, counts. The same in pictures, tables and text. */
import { sayDuration } from "../say-duration.ts";
import type { Unit } from "./chart.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `null` is a dash: not known is never 0. */
export function sayValue(value: number | null, unit: Unit): string {
  if (value === null || !Number.isFinite(value)) return "–";
  if (unit === "ms") return sayMs(value);
  if (unit === "ratio") return `${sayNumber(value * 100)} %`;
  return unit === "count" || unit === "" ? sayNumber(value) : `${sayNumber(value)} ${unit}`;
}

/** As everywhere, and with its sign: what is less than before is negative. */
export const sayMs = (ms: number): string => `${ms < 0 ? "-" : ""}${sayDuration(ms)}`;

/** At most three digits that matter: 1,234, 56.7, 0.012. */
export function sayNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${trimmed(value / 1e6, 1)} M`;
  if (size >= 100 || Number.isInteger(value)) return grouped(Math.round(value));
  return trimmed(value, size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** Steps of an axis: 1, 2, 5 by tens; durations by what clocks have. */
const CLOCK_STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 7, 14, 28, 70, 140, 365].map((n) => n * DAY),
];

/** Round values from 0 (or below) to at least `max`, about `count` of them. */
export function roundTicks(min: number, max: number, unit: Unit, count: number): number[] {
  const low = Math.min(0, min);
  const high = max <= low ? low + 1 : max;
  const step = roundStep((high - low) / Math.max(1, count), unit);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function roundStep(rough: number, unit: Unit): number {
  if (unit === "ms") {
    const found = CLOCK_STEPS.find((step) => step >= rough);
    if (found !== undefined) return found;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough - 1e-12) ?? 10) * power;
  return unit === "count" ? Math.max(1, step) : step;
}
