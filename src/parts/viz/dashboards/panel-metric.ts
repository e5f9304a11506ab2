/** The named metrics of panels: over time or as one value, for one selection or several services together. */
import type { Cell } from "../../../domain/dashboard/from-rows.ts";
import type { MetricName } from "../../../domain/dashboard/metrics.ts";
import type { Bucket } from "../../../domain/metrics/buckets.ts";
import type { DoraMetric } from "../../../domain/metrics/dora.ts";
import type { CommandContext } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { doraAnswer } from "../dora/index.ts";
import { doraInput } from "../dora/input.ts";
import type { Scope } from "../reports/ask.ts";
import { overTime, type Point } from "../reports/over-time.ts";
import type { Span } from "../reports/usual-input.ts";

type Ctx = Pick<CommandContext<Services>, "services" | "now">;

interface Wanted {
  metric: MetricName;
  scopes: readonly Scope[];
  span: Span;
  bucket: Bucket;
  /** One value for the whole span. */
  whole: boolean;
}

interface Found {
  columns: string[];
  rows: Cell[][];
  reason: string | null;
}

type Read = (point: Point) => number | null;
const share: Read = ({ succeeded, failed }) =>
  succeeded + failed === 0 ? null : succeeded / (succeeded + failed);

const READ: Readonly<Partial<Record<MetricName, { kind: string; read: Read; reason: string }>>> = {
  deployments: { kind: "deployment", read: ({ succeeded, failed }) => succeeded + failed, reason: "" },
  "deployments.failed": { kind: "deployment", read: ({ failed }) => failed, reason: "" },
  "deployments.success": { kind: "deployment", read: share, reason: "no deployment ended" },
  "duration.p50": { kind: "deployment", read: ({ p50Ms }) => p50Ms, reason: "no duration is known" },
  "duration.p95": { kind: "deployment", read: ({ p95Ms }) => p95Ms, reason: "no duration is known" },
  "duration.p99": { kind: "deployment", read: ({ p99Ms }) => p99Ms, reason: "no duration is known" },
  changes: { kind: "change", read: ({ ended }) => ended, reason: "" },
  "changes.p50": { kind: "change", read: ({ p50Ms }) => p50Ms, reason: "no change was merged or closed" },
  "changes.p95": { kind: "change", read: ({ p95Ms }) => p95Ms, reason: "no change was merged or closed" },
  incidents: { kind: "incident", read: ({ ended }) => ended, reason: "" },
};

/** A column for each service where several are selected. */
export async function metricOver(ctx: Ctx, wanted: Wanted): Promise<Found> {
  const columns = wanted.scopes.map(({ service }) => service ?? wanted.metric);
  const each = await Promise.all(wanted.scopes.map((scope) => valuesOf(ctx, scope, wanted)));
  const reason = each.find((one) => one.reason !== null)?.reason ?? null;
  if (wanted.whole) return { columns, rows: [each.map(({ values }) => values[0]?.[1] ?? null)], reason };
  const times = each[0]?.values.map(([from]) => from) ?? [];
  const rows = times.map((from, at): Cell[] => [from, ...each.map(({ values }) => values[at]?.[1] ?? null)]);
  return { columns: ["when", ...columns], rows, reason };
}

interface Values {
  values: ReadonlyArray<readonly [from: string, value: number | null]>;
  reason: string | null;
}

async function valuesOf(ctx: Ctx, scope: Scope, wanted: Wanted): Promise<Values> {
  const { metric, span, bucket, whole } = wanted;
  const known = READ[metric];
  if (known === undefined) return doraValues(ctx, scope, wanted);
  // What is no deployment has no environment.
  const narrow = known.kind === "deployment" ? scope : { service: scope.service, team: scope.team };
  const found = (await once(ctx, known.kind, { scope: narrow, span, bucket })).get(known.kind);
  const points = whole ? (found === undefined ? [] : [found.whole]) : (found?.points ?? []);
  const values = points.map((point) => [point.from, known.read(point)] as const);
  return { values, reason: values.some(([, value]) => value !== null) ? null : known.reason };
}

type Asked = Parameters<typeof overTime>[2];
/** Several panels of one dashboard ask the same. */
const asked = new WeakMap<object, Map<string, ReturnType<typeof overTime>>>();

function once(ctx: Ctx, kind: string, wanted: Asked): ReturnType<typeof overTime> {
  const own = asked.get(ctx) ?? new Map<string, ReturnType<typeof overTime>>();
  asked.set(ctx, own);
  const key = JSON.stringify([kind, wanted]);
  const found = own.get(key) ?? overTime(ctx, [kind], wanted);
  own.set(key, found);
  return found;
}

const SECONDS = new Set<DoraMetric>(["changeLeadTime", "failedDeploymentRecoveryTime"]);

async function doraValues(
  { services, now }: Ctx,
  scope: Scope,
  { metric, span, bucket, whole }: Wanted,
): Promise<Values> {
  const name = metric.replace(/^dora\./, "") as DoraMetric;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const input = doraInput.parse({
    ...scope,
    from: iso(span.fromMs),
    to: iso(span.toMs),
    tz: span.zone,
    bucket,
  });
  const { metrics, buckets, from } = await doraAnswer(
    { ...input, by: undefined, tz: span.zone },
    services,
    now(),
  );
  const say = (value: number | null): number | null =>
    value !== null && SECONDS.has(name) ? value * 1000 : value;
  if (whole) return { values: [[from, say(metrics[name].value)]], reason: metrics[name].reason };
  return {
    values: buckets.map((each) => [each.from, say(each.metrics[name].value)] as const),
    reason: metrics[name].reason,
  };
}
