/** Deployments per hour or day, failed apart: from activities to bars, and from bars to a chart. Pure. */
import type { BarChart } from "../../../src/domain/chart/chart.ts";
import type { Activity } from "../api/types.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface Bar {
  /** Start and end of the bucket, milliseconds since 1970; the end is exclusive. */
  fromMs: number;
  toMs: number;
  succeeded: number;
  failed: number;
  /** Running, pending, canceled, not known. */
  other: number;
}

export interface Counts {
  bucket: "hour" | "day";
  bars: Bar[];
  total: number;
  failed: number;
}

export const totalOf = (bar: Bar): number => bar.succeeded + bar.failed + bar.other;

/** Buckets begin at the full hour or day of the reader's zone. Hours up to three days, else days. */
export function countBars(rows: readonly Activity[], fromMs: number, toMs: number): Counts {
  const bucket = toMs - fromMs <= 3 * DAY ? "hour" : "day";
  const bars: Bar[] = [];
  for (let start = floorTo(bucket, fromMs); start < toMs; start = next(bucket, start)) {
    bars.push({ fromMs: start, toMs: next(bucket, start), succeeded: 0, failed: 0, other: 0 });
  }
  for (const { occurredAt, status } of rows) {
    const bar = barAt(bars, Date.parse(occurredAt));
    if (bar === undefined) continue;
    if (status === "succeeded" || status === "failed") bar[status] += 1;
    else bar.other += 1;
  }
  return summed(bucket, bars);
}

const summed = (bucket: Counts["bucket"], bars: Bar[]): Counts => ({
  bucket,
  bars,
  total: bars.reduce((sum, bar) => sum + totalOf(bar), 0),
  failed: bars.reduce((sum, bar) => sum + bar.failed, 0),
});

/** Drops the first bucket, of which only a part was read: half a bucket must not look like a whole one. */
export const withoutFirst = ({ bucket, bars }: Counts): Counts =>
  summed(bucket, bars.length > 1 ? bars.slice(1) : bars);

function barAt(bars: readonly Bar[], ms: number): Bar | undefined {
  return bars.findLast((bar) => bar.fromMs <= ms && ms < bar.toMs);
}

function floorTo(bucket: "hour" | "day", ms: number): number {
  const date = new Date(ms);
  if (bucket === "day") return date.setHours(0, 0, 0, 0);
  return date.setMinutes(0, 0, 0);
}

/** By the calendar, so that a day with a change of clocks stays one bar. */
function next(bucket: "hour" | "day", ms: number): number {
  if (bucket === "hour") return ms + HOUR;
  const date = new Date(ms);
  return date.setDate(date.getDate() + 1);
}

/** The finding: `38 deployments in 7 days, 4 failed`. */
export function sayCounts({ bars, bucket, total, failed }: Counts): string {
  const what = total === 1 ? "1 deployment" : `${total} deployments`;
  const span = bars.length === 1 ? `1 ${bucket}` : `${bars.length} ${bucket}s`;
  const ill = failed === 0 ? (total === 0 ? "" : ", none failed") : `, ${failed} failed`;
  return `${what} in ${span}${ill}`;
}

/** `3 succeeded, 1 failed`. */
export const sayBar = ({ succeeded, failed, other }: Bar): string =>
  `${succeeded} succeeded, ${failed} failed${other > 0 ? `, ${other} other` : ""}`;

/** As the functions of the domain draw it: from the axis upwards succeeded, other, failed. */
export function countChart(counts: Counts, labelOf: (bar: Bar) => string): BarChart {
  return {
    kind: "bar",
    title: sayCounts(counts),
    unit: "count",
    parts: [
      { name: "succeeded", tone: "plain" },
      { name: "running, canceled", tone: "run" },
      { name: "failed", tone: "bad" },
    ],
    bars: counts.bars.map((bar) => ({
      ...{ label: labelOf(bar), atMs: bar.fromMs, values: [bar.succeeded, bar.other, bar.failed] },
    })),
  };
}
