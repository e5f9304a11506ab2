/** What ended in each day, week or month: counts, failures and percentiles of duration, for the charts of several reports. */
import { z } from "zod";
import type { Marker } from "../../../domain/chart/chart.ts";
import { sayDay } from "../../../domain/chart/time-axis.ts";
import { BUCKETS, type Bucket, bucketsOf } from "../../../domain/metrics/buckets.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { ask, IN_SCOPE, numberIn, type Row, type Scope, scopeParams, textIn } from "./ask.ts";
import type { Span } from "./usual-input.ts";

type Ctx = Pick<CommandContext<Services>, "services" | "now">;

export const bucketInput = {
  bucket: z.enum(BUCKETS).optional().describe("What stands together; default: by the length of the span"),
};

/** About 30 of them: days up to six weeks, weeks up to a year. */
export function bucketFor({ fromMs, toMs }: Span, asked: Bucket | undefined): Bucket {
  const days = (toMs - fromMs) / 86_400_000;
  return asked ?? (days <= 45 ? "day" : days <= 400 ? "week" : "month");
}

const milliseconds = z.number().nullable().describe("Milliseconds; null = no duration is known");

export const pointSchema = z.strictObject({
  from: z.string(),
  to: z.string().describe("Not included"),
  ended: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  canceled: z.int(),
  averageMs: milliseconds,
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  p99Ms: milliseconds,
});
export type Point = z.output<typeof pointSchema>;

/** Deployments that change nothing that runs are no deliveries. */
export const DELIVERIES = "coalesce(deployment_kind, 'deploy') NOT IN ('config', 'teardown')";

const COUNTS = `count(*) AS ended,
  sum(status = 'succeeded') AS succeeded, sum(status = 'failed') AS failed, sum(status = 'canceled') AS canceled,
  avg(duration_ms) AS average, percentile(duration_ms, 0.5) AS p50,
  percentile(duration_ms, 0.95) AS p95, percentile(duration_ms, 0.99) AS p99`;

const ENDED = `status IN ('succeeded', 'failed', 'canceled') AND (kind <> 'deployment' OR ${DELIVERIES})`;

export interface OverTime {
  /** Of the whole span. */
  whole: Point;
  points: Point[];
}

/** Of each kind; a bucket in which nothing ended has counts of 0 and durations that are not known. */
export async function overTime(
  ctx: Ctx,
  kinds: readonly string[],
  { scope, span, bucket }: { scope: Scope; span: Span; bucket: Bucket },
): Promise<Map<string, OverTime>> {
  const params = { ...scopeParams(scope, span, ctx.services), zone: span.zone, width: `1 ${bucket}` };
  const of = `kind IN (${kinds.map((kind) => `'${kind}'`).join(", ")}) AND ${ENDED} AND ${IN_SCOPE}`;
  const [rows, sums] = [
    await ask(
      ctx,
      `SELECT kind, time_bucket(:width, occurred_ms, :zone) AS at, ${COUNTS} FROM activities WHERE ${of} GROUP BY 1, 2`,
      params,
    ),
    await ask(
      ctx,
      `SELECT kind, ${COUNTS} FROM activities WHERE ${of} GROUP BY 1`,
      scopeParams(scope, span, ctx.services),
    ),
  ];
  const periods = bucketsOf(span, bucket, span.zone);
  return new Map(
    kinds.map((kind) => {
      const own = rows.filter((row) => row["kind"] === kind);
      const points = periods.map((period, at) =>
        pointOf(own.find(isIn(periods, at)), period.fromMs, period.toMs),
      );
      const whole = pointOf(
        sums.find((row) => row["kind"] === kind),
        span.fromMs,
        span.toMs,
      );
      return [kind, { whole, points }];
    }),
  );
}

/** The first bucket may begin before the span does. */
const isIn =
  (periods: ReturnType<typeof bucketsOf>, at: number) =>
  (row: Row): boolean => {
    const startMs = Date.parse(String(row["at"]));
    const { fromMs = 0, toMs = 0 } = periods[at] ?? {};
    return (startMs >= fromMs || at === 0) && startMs < toMs;
  };

function pointOf(row: Row | undefined, fromMs: number, toMs: number): Point {
  const count = (column: string): number => numberIn(row, column) ?? 0;
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    ...{
      ended: count("ended"),
      succeeded: count("succeeded"),
      failed: count("failed"),
      canceled: count("canceled"),
    },
    averageMs: numberIn(row, "average"),
    p50Ms: numberIn(row, "p50"),
    p95Ms: numberIn(row, "p95"),
    p99Ms: numberIn(row, "p99"),
  };
}

export const markerSchema = z.strictObject({
  at: z.string(),
  label: z.string(),
  id: z.string(),
  failed: z.boolean(),
});
export type MarkerRow = z.output<typeof markerSchema>;

/** More pins than this hide what they stand on. */
const MOST_PINS = 30;

/** The newest deployments to production, or where the scope says; one service, or those of all. */
export async function deploymentMarkers(ctx: Ctx, scope: Scope, span: Span): Promise<MarkerRow[]> {
  const narrow = scope.environment === undefined && scope.tier === undefined ? { tier: "production" } : {};
  const rows = await ask(
    ctx,
    `SELECT id, service, version, commit_sha, environment, status, occurred_at FROM deployments
     WHERE status IN ('succeeded', 'failed') AND ${DELIVERIES} AND ${IN_SCOPE}
     ORDER BY occurred_ms DESC LIMIT ${MOST_PINS}`,
    scopeParams({ ...scope, ...narrow }, span, ctx.services),
  );
  return rows.reverse().map((row) => {
    const release = textIn(row, "version") ?? textIn(row, "commit_sha")?.slice(0, 8) ?? "deployed";
    const failed = row["status"] === "failed";
    const what = scope.service === undefined ? `${textIn(row, "service") ?? ""} ${release}`.trim() : release;
    return {
      ...{ at: String(row["occurred_at"]), id: String(row["id"]), failed },
      label: failed ? `${what} failed` : what,
    };
  });
}

export const toMarkers = (rows: readonly MarkerRow[]): Marker[] =>
  rows.map(({ at, label, failed }) => ({
    ...{ atMs: Date.parse(at), label },
    tone: failed ? ("bad" as const) : ("ok" as const),
  }));

/** The series of a line chart from the points. */
export const seriesOf = (
  points: readonly Point[],
  value: (point: Point) => number | null,
): Array<readonly [number, number | null]> => points.map((point) => [Date.parse(point.from), value(point)]);

/** "7 Sep to 20 Nov 2026" */
export const saySpan = ({ from, to }: { from: string; to: string }, zone: string): string =>
  `${sayDay(Date.parse(from), zone)} to ${sayDay(Date.parse(to) - 1, zone)}`;
