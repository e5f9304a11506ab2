/**
 * The nine panels of ValueStream's Grafana dashboard (`dashboards/grafana.devops.json` of ImpactInsights/valuestream), each
 * with percentiles beside its average: deployment rate by source, failed share, durations of deployments, changes and
 * tickets (each as a value and over time), and changes in the system by Little's law.
 */
import { z } from "zod";
import type { Chart } from "../../../domain/chart/chart.ts";
import type { Block, Figure } from "../../../domain/chart/document.ts";
import { sayValue } from "../../../domain/chart/say-value.ts";
import { BUCKETS, dayOf, knownPart, startOfDay } from "../../../domain/metrics/buckets.ts";
import { ask, IN_SCOPE, numberIn, type Scope, sayScope, scopeParams, textIn } from "./ask.ts";
import { reportKind } from "./kind.ts";
import {
  bucketFor,
  bucketInput,
  DELIVERIES,
  deploymentMarkers,
  markerSchema,
  overTime,
  pointSchema,
  saySpan,
  seriesOf,
  toMarkers,
} from "./over-time.ts";
import { type Span, scopeInput, spanInput, spanOf } from "./usual-input.ts";

const KINDS = ["deployment", "change", "ticket"] as const;
const WORDS = { deployment: "Deployments", change: "Changes", ticket: "Tickets" } as const;

const series = z.strictObject({ whole: pointSchema, points: z.array(pointSchema) });
const output = z.strictObject({
  from: z.string(),
  to: z.string(),
  bucket: z.enum(BUCKETS),
  scope: z.string(),
  knownDays: z
    .number()
    .nullable()
    .describe("Days of the span since the first deployment known there: what rates are counted over"),
  deploymentsBySource: z.array(
    z.strictObject({ source: z.string(), deployments: z.int(), perDay: z.number() }),
  ),
  failedShare: z
    .number()
    .nullable()
    .describe("failed / (succeeded + failed) deployments; for the change fail rate see `vice report dora`"),
  deployment: series,
  change: series,
  ticket: series,
  changesInSystem: z.strictObject({
    average: z.number().nullable().describe("Average duration x rate of ends (Little's law)"),
    openNow: z.int(),
  }),
  markers: z.array(markerSchema),
});
type Data = z.output<typeof output>;

export const valuestreamReport = reportKind({
  name: "valuestream",
  about:
    "The nine panels of ValueStream: rate by tool, failed share, durations with percentiles, work in the system",
  input: z.object({ ...scopeInput, ...spanInput, ...bucketInput }),
  output,
  data: async (input, ctx) => {
    const span = spanOf(input, ctx.now(), 90);
    const bucket = bucketFor(span, input.bucket);
    const { service, team, environment, tier } = input;
    const scope = { service, team, environment, tier };
    const wide = { service, team };
    const deployed = await overTime(ctx, ["deployment"], { scope, span, bucket });
    // Changes and tickets have no environment.
    const others = await overTime(ctx, ["change", "ticket"], { scope: wide, span, bucket });
    const params = scopeParams(scope, span, ctx.services);
    const knownDays = await daysKnown(ctx, scope, span);
    const bySource = await ask(
      ctx,
      `SELECT source, count(*) AS deployments FROM deployments
       WHERE status IN ('succeeded', 'failed') AND ${DELIVERIES} AND ${IN_SCOPE} GROUP BY 1 ORDER BY 2 DESC, 1`,
      params,
    );
    const [open] = await ask(
      ctx,
      `SELECT count(*) AS open FROM activities WHERE kind = 'change' AND status IN ('pending', 'running') AND ${IN_SCOPE}`,
      { ...scopeParams(wide, span, ctx.services), from: 0 },
    );
    const of = (kind: string): Data["deployment"] => {
      const found = deployed.get(kind) ?? others.get(kind);
      return { whole: found?.whole ?? NOTHING(span), points: found?.points ?? [] };
    };
    const { succeeded, failed } = of("deployment").whole;
    const { averageMs, ended } = of("change").whole;
    return {
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
      ...{ bucket, scope: sayScope(scope), knownDays },
      deploymentsBySource: bySource.map((row) => {
        const deployments = numberIn(row, "deployments") ?? 0;
        return { source: textIn(row, "source") ?? "", deployments, perDay: deployments / (knownDays ?? 1) };
      }),
      failedShare: succeeded + failed === 0 ? null : failed / (succeeded + failed),
      ...{ deployment: of("deployment"), change: of("change"), ticket: of("ticket") },
      changesInSystem: {
        average: averageMs === null ? null : (averageMs * ended) / (span.toMs - span.fromMs),
        openNow: numberIn(open, "open") ?? 0,
      },
      markers: await deploymentMarkers(ctx, scope, span),
    };
  },
  render: (data, { zone }) => {
    const { whole } = data.deployment;
    return {
      title: `${whole.succeeded + whole.failed} deployments${data.scope}, ${whole.failed} failed`,
      summary: `${saySpan(data, zone)}, by ${data.bucket}. Every average stands beside its percentiles.`,
      blocks: [
        figuresOf(data),
        sourcesOf(data),
        failuresOf(data),
        ...KINDS.map((kind) => durationOf(kind, data)),
      ],
    };
  },
});

/** Before its first deployment nobody knows how often a house deployed. */
async function daysKnown(ctx: Parameters<typeof ask>[0], scope: Scope, span: Span): Promise<number | null> {
  const [row] = await ask(
    ctx,
    `SELECT min(occurred_ms) AS first FROM deployments WHERE status IN ('succeeded', 'failed') AND ${DELIVERIES} AND ${IN_SCOPE}`,
    { ...scopeParams(scope, span, ctx.services), from: 0 },
  );
  const first = numberIn(row, "first");
  const firstMs = first === null ? null : startOfDay(dayOf(first, span.zone), span.zone);
  return knownPart(span, firstMs)?.days ?? null;
}

const NOTHING = ({ fromMs, toMs }: { fromMs: number; toMs: number }): Data["deployment"]["whole"] => ({
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
  ...{ ended: 0, succeeded: 0, failed: 0, canceled: 0 },
  ...{ averageMs: null, p50Ms: null, p95Ms: null, p99Ms: null },
});

function figuresOf(data: Data): Block {
  const { succeeded, failed } = data.deployment.whole;
  const { knownDays } = data;
  const rate: Figure = {
    ...{ label: "Deployments a day", unit: "", reason: "no deployment is known there yet" },
    value: knownDays === null ? null : (succeeded + failed) / knownDays,
    trend: data.deployment.points.map((point) => point.succeeded + point.failed),
  };
  const share: Figure = {
    ...{ label: "Failed deployments", value: data.failedShare, unit: "ratio", reason: "no deployment ended" },
    note: `${failed} of ${succeeded + failed}`,
  };
  const durations = KINDS.map((kind): Figure => {
    const { p50Ms, p95Ms, p99Ms, averageMs } = data[kind].whole;
    return {
      ...{ label: `${WORDS[kind]}: usual duration`, value: p50Ms, unit: "ms" },
      reason: `no ${kind} with a known duration ended`,
      ...(p50Ms === null
        ? {}
        : {
            note: `average ${sayValue(averageMs, "ms")}, p95 ${sayValue(p95Ms, "ms")}, p99 ${sayValue(p99Ms, "ms")}`,
          }),
      trend: data[kind].points.map((point) => point.p50Ms),
    };
  });
  const inSystem: Figure = {
    ...{ label: "Changes in the system", value: data.changesInSystem.average, unit: "" },
    reason: "no change with a known duration ended",
    note: `average duration x rate of ends; open now: ${data.changesInSystem.openNow}`,
  };
  return { kind: "figures", figures: [rate, share, ...durations, inSystem] };
}

function sourcesOf({ deploymentsBySource: rows }: Data): Block {
  const [first] = rows;
  const title = first === undefined ? "No deployment ended" : `Most deployments come from ${first.source}`;
  const chart: Chart = {
    ...{
      kind: "bar",
      title,
      unit: "a day",
      lying: true,
      parts: [{ name: "deployments a day", tone: "accent" }],
    },
    bars: rows.map(({ source, perDay }) => ({ label: source, values: [perDay] })),
  };
  return { kind: "chart", chart };
}

function failuresOf({ deployment: { points, whole }, markers, bucket }: Data): Block {
  return {
    kind: "chart",
    chart: {
      ...{ kind: "bar", unit: "count", markers: toMarkers(markers) },
      title: `${whole.failed} of ${whole.succeeded + whole.failed} deployments failed, by ${bucket}`,
      parts: [
        { name: "succeeded", tone: "ok" },
        { name: "canceled", tone: "plain" },
        { name: "failed", tone: "bad" },
      ],
      bars: points.map(({ from, succeeded, canceled, failed }) => ({
        ...{ label: from.slice(0, 10), atMs: Date.parse(from), values: [succeeded, canceled, failed] },
      })),
    },
  };
}

function durationOf(kind: (typeof KINDS)[number], data: Data): Block {
  const { whole, points } = data[kind];
  const { p50Ms, p95Ms } = whole;
  if (p50Ms === null) return { kind: "text", text: `${WORDS[kind]}: no duration is known.` };
  const title = `${WORDS[kind]} usually take ${sayValue(p50Ms, "ms")}, 95 % of them at most ${sayValue(p95Ms, "ms")}`;
  return {
    kind: "chart",
    chart: {
      ...{ kind: "line", title, unit: "ms", markers: toMarkers(data.markers) },
      ...{ fromMs: Date.parse(data.from), toMs: Date.parse(data.to) },
      series: [
        { name: "p50", points: seriesOf(points, (point) => point.p50Ms) },
        { name: "average", points: seriesOf(points, (point) => point.averageMs) },
        { name: "p95", points: seriesOf(points, (point) => point.p95Ms) },
        { name: "p99", points: seriesOf(points, (point) => point.p99Ms) },
      ],
    },
  };
}
