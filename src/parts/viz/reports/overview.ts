/** `vice report overview` and `vice report service NAME`: how delivery goes, on one page. */
import { z } from "zod";
import type { Block, Figure } from "../../../domain/chart/document.ts";
import { sayMs, sayValue } from "../../../domain/chart/say-value.ts";
import { BUCKETS } from "../../../domain/metrics/buckets.ts";
import { sayAgo } from "../../../kit/ago.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { count } from "../../../kit/count.ts";
import type { Services } from "../../../ports/services.ts";
import { knownService } from "../../data/index.ts";
import { sayRelease, sayTool } from "../say.ts";
import { statusItemSchema } from "../status.ts";
import { type Scope, sayScope } from "./ask.ts";
import { reportKind } from "./kind.ts";
import {
  bucketFor,
  bucketInput,
  deploymentMarkers,
  markerSchema,
  overTime,
  pointSchema,
  saySpan,
  seriesOf,
  toMarkers,
} from "./over-time.ts";
import {
  batches,
  byHour,
  byService,
  DAYS,
  placeCountSchema,
  spreadOf,
  spreadSchema,
} from "./overview-data.ts";
import { scopeInput, spanInput, spanOf } from "./usual-input.ts";

const DAY = 86_400_000;

const output = z.strictObject({
  from: z.string(),
  to: z.string(),
  bucket: z.enum(BUCKETS),
  scope: z.string(),
  service: z.string().nullable(),
  running: z.array(statusItemSchema).describe("Of one service"),
  whole: pointSchema,
  before: pointSchema.describe("The span of the same length before"),
  points: z.array(pointSchema),
  services: z.array(placeCountSchema),
  hours: z.array(z.array(z.int())).describe("By weekday from Monday, and hour"),
  commits: spreadSchema.describe("Commits that a deployment to production brings"),
  intervalMs: spreadSchema.describe("Time between deployments to production of one place"),
  markers: z.array(markerSchema),
});
type Data = z.output<typeof output>;
type Input = {
  since?: string | undefined;
  until?: string | undefined;
  tz?: string | undefined;
  bucket?: "day" | "week" | "month" | undefined;
};

async function dataOf(ctx: CommandContext<Services>, scope: Scope, input: Input): Promise<Data> {
  const span = spanOf(input, ctx.now(), 30);
  const bucket = bucketFor(span, input.bucket);
  const former = { ...span, fromMs: span.fromMs - (span.toMs - span.fromMs), toMs: span.fromMs };
  const [now, then] = [
    (await overTime(ctx, ["deployment"], { scope, span, bucket })).get("deployment"),
    (await overTime(ctx, ["deployment"], { scope, span: former, bucket })).get("deployment"),
  ];
  const narrow = scope.environment === undefined && scope.tier === undefined ? { tier: "production" } : {};
  const delivered = await batches(ctx, { ...scope, ...narrow }, span);
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    ...{ bucket, scope: sayScope(scope), service: scope.service ?? null },
    running:
      scope.service === undefined
        ? []
        : ctx.services.store.read.status({ service: scope.service }, ctx.now()),
    ...{ whole: now?.whole ?? EMPTY, before: then?.whole ?? EMPTY, points: now?.points ?? [] },
    services: scope.service === undefined ? await byService(ctx, scope, span) : [],
    hours: await byHour(ctx, scope, span),
    commits: spreadOf(delivered.map((each) => each.commits)),
    intervalMs: spreadOf(delivered.map((each) => each.intervalMs)),
    markers: await deploymentMarkers(ctx, scope, span),
  };
}

const EMPTY = {
  ...{ from: "", to: "", ended: 0, succeeded: 0, failed: 0, canceled: 0 },
  ...{ averageMs: null, p50Ms: null, p95Ms: null, p99Ms: null },
};

export const overviewReport = reportKind({
  name: "overview",
  about:
    "Delivery on one page: how often, how well, how long, when, in which batches, against the time before",
  input: z.object({ ...scopeInput, ...spanInput, ...bucketInput }),
  output,
  data: ({ service, team, environment, tier, ...input }, ctx) =>
    dataOf(ctx, { service, team, environment, tier }, input),
  render: (data, look) => documentOf(data, look),
});

export const serviceReport = reportKind({
  name: "service",
  about: "One service: what runs where, its deployments, durations and intervals",
  subject: "SERVICE",
  input: z.object({
    subject: z.string(),
    ...{ environment: scopeInput.environment, tier: scopeInput.tier },
    ...spanInput,
    ...bucketInput,
  }),
  output,
  data: ({ subject, environment, tier, ...input }, ctx) => {
    const service = knownService(ctx.services, subject, ctx.now());
    return dataOf(ctx, { service, environment, tier }, input);
  },
  render: (data, look) => documentOf(data, look),
});

function documentOf(data: Data, { nowMs, zone }: { nowMs: number; zone: string }) {
  const { whole, bucket, scope, service } = data;
  const ended = whole.succeeded + whole.failed;
  return {
    title:
      ended === 0
        ? `Nothing${scope} was deployed`
        : `${count(ended, "deployment")}${scope}, ${whole.failed === 0 ? "none" : whole.failed} failed`,
    summary: `${saySpan(data, zone)}, by ${bucket}; trends are against the same time before.`,
    blocks: [
      figuresOf(data),
      ...(service === null ? [] : [runningOf(data, nowMs)]),
      deployedOf(data),
      ...durationsOf(data),
      ...servicesOf(data),
      ...hoursOf(data),
    ],
  };
}

const rate = ({ succeeded, failed }: Data["whole"], days: number): number => (succeeded + failed) / days;
const share = ({ succeeded, failed }: Data["whole"]): number | null =>
  succeeded + failed === 0 ? null : succeeded / (succeeded + failed);

/** "12 % more than before"; nothing where there is nothing to compare with. */
function against(now: number | null, before: number | null): { note?: string } {
  if (now === null || before === null || before === 0) return {};
  const change = now / before - 1;
  if (Math.abs(change) < 0.005) return { note: "as before" };
  return { note: `${sayValue(Math.abs(change), "ratio")} ${change > 0 ? "more" : "less"} than before` };
}

function figuresOf(data: Data): Block {
  const { whole, before, points, commits, intervalMs } = data;
  const days = (Date.parse(data.to) - Date.parse(data.from)) / DAY;
  const [success, former] = [share(whole), share(before)];
  const figures: Figure[] = [
    {
      ...{ label: "Deployments a day", value: rate(whole, days), unit: "" },
      ...against(rate(whole, days), rate(before, days)),
      trend: points.map((point) => point.succeeded + point.failed),
    },
    {
      ...{ label: "Succeeded", value: success, unit: "ratio", reason: "no deployment ended" },
      ...(former === null ? {} : { note: `${sayValue(former, "ratio")} before` }),
      trend: points.map(share),
    },
    {
      ...{ label: "Usual duration", value: whole.p50Ms, unit: "ms", reason: "no duration is known" },
      ...against(whole.p50Ms, before.p50Ms),
      trend: points.map((point) => point.p50Ms),
    },
    { label: "95 % within", value: whole.p95Ms, unit: "ms", reason: "no duration is known" },
    {
      ...{ label: "Commits in one", value: commits.p50, unit: "count", reason: "the commits are not known" },
      ...(commits.most === null
        ? {}
        : { note: `at most ${commits.most}; of ${count(commits.known, "deployment")} to production` }),
    },
    {
      ...{ label: "Between two", value: intervalMs.p50, unit: "ms", reason: "no place was deployed twice" },
      ...(intervalMs.most === null ? {} : { note: `longest ${sayMs(intervalMs.most)}; production` }),
    },
  ];
  return { kind: "figures", figures };
}

const runningOf = ({ running }: Data, nowMs: number): Block => ({
  kind: "table",
  title: "What runs",
  empty: "Nothing is known to run.",
  table: {
    columns: ["environment", "version", "since", "tool"].map((title) => ({ title })),
    rows: running.map(({ environment, running: now }) => [
      ...[environment ?? "–", sayRelease(now)],
      ...(now === null ? ["–", "–"] : [sayAgo(now.occurredAt, nowMs), sayTool(now)]),
    ]),
  },
});

function deployedOf({ points, whole, bucket, markers }: Data): Block {
  const busiest = points.reduce((most, point) => (point.ended > most.ended ? point : most), EMPTY);
  const title =
    whole.ended === 0
      ? "No deployment ended"
      : `The busiest ${bucket} began on ${busiest.from.slice(0, 10)}, with ${count(busiest.ended, "deployment")}`;
  return {
    kind: "chart",
    chart: {
      ...{ kind: "bar", title, unit: "count", markers: toMarkers(markers) },
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

function durationsOf({ points, whole, markers, from, to }: Data): Block[] {
  if (whole.p50Ms === null) return [];
  return [
    {
      kind: "chart",
      chart: {
        ...{
          kind: "line",
          unit: "ms",
          markers: toMarkers(markers),
          fromMs: Date.parse(from),
          toMs: Date.parse(to),
        },
        title: `Deployments usually take ${sayMs(whole.p50Ms)}, 95 % of them at most ${sayValue(whole.p95Ms, "ms")}`,
        series: [
          { name: "p50", points: seriesOf(points, (point) => point.p50Ms) },
          { name: "p95", points: seriesOf(points, (point) => point.p95Ms) },
        ],
      },
    },
  ];
}

const MOST_SERVICES = 20;

function servicesOf({ services }: Data): Block[] {
  const [first] = services;
  if (first === undefined) return [];
  const shown = services.slice(0, MOST_SERVICES);
  const more = services.length > shown.length ? `; ${services.length - shown.length} more are not shown` : "";
  return [
    {
      kind: "chart",
      chart: {
        ...{ kind: "bar", unit: "count", lying: true },
        title: `${first.service} is deployed most often${more}`,
        parts: [
          { name: "succeeded", tone: "ok" },
          { name: "failed", tone: "bad" },
        ],
        bars: shown.map(({ service, succeeded, failed }) => ({
          label: service,
          values: [succeeded, failed],
        })),
      },
    },
  ];
}

function hoursOf({ hours }: Data): Block[] {
  const all = hours.flatMap((row, day) => row.map((value, hour) => ({ day, hour, value })));
  const most = all.reduce((best, each) => (each.value > best.value ? each : best), {
    day: 0,
    hour: 0,
    value: 0,
  });
  if (most.value === 0) return [];
  return [
    {
      kind: "chart",
      chart: {
        ...{ kind: "heatmap", unit: "count", rows: DAYS, cells: hours },
        title: `Most deployments end on ${DAYS[most.day]} between ${most.hour} and ${most.hour + 1} o'clock`,
        columns: Array.from({ length: 24 }, (_, hour) => String(hour)),
      },
    },
  ];
}
