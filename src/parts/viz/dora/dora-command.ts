/** The five DORA metrics with the rule that they were counted by: `vice metrics dora`, `GET /v1/metrics/dora`. */
import { z } from "zod";
import { bucketsOf, type Period } from "../../../domain/metrics/buckets.ts";
import { timeToDetect } from "../../../domain/metrics/detect.ts";
import {
  DORA_METRICS,
  type DoraMetric,
  type Figure,
  type Figures,
  UNITS,
} from "../../../domain/metrics/dora.ts";
import { timeToRestore } from "../../../domain/metrics/restore.ts";
import { BAND_YEAR, bandOf, overallScore, scoreOf } from "../../../domain/metrics/score.ts";
import { type Sums, sampleQuantiles, sampleSize } from "../../../domain/metrics/sums.ts";
import type { Command } from "../../../kit/command.ts";
import type { DoraScope } from "../../../ports/dora.ts";
import type { Services } from "../../../ports/services.ts";
import { countBy, wholeOf } from "./count.ts";
import { checkBuckets, doraInput, inZone, periodOf, scopeOf } from "./input.ts";
import { type Material, materialFor, ofService } from "./read-rows.ts";
import { sayDora } from "./say-dora.ts";
import { type DoraOutput, doraOutput, type Judged } from "./shape.ts";

const input = z.object({
  ...doraInput.shape,
  by: z.enum(["service"]).optional().describe("Each service by itself too"),
});
type Input = z.output<typeof input> & { tz: string };

/** Of a list of services each has its percentiles from histograms, unless it deployed so rarely. */
const FEW_IN_LIST = 100;

export const doraMetrics: Command<Services, typeof input, typeof doraOutput> = {
  id: "viz.dora",
  words: ["metrics", "dora"],
  part: "viz",
  summary:
    "Count the five DORA metrics: how often, how fast, how many failed, how soon repaired, how much rework.",
  examples: [
    "vice metrics dora shop",
    "vice metrics dora --team payments --from 90d --bucket month",
    "vice metrics dora shop --rule devlake --json",
    "vice metrics dora --by service",
  ],
  effect: "read",
  positional: ["service"],
  input,
  output: doraOutput,
  list: "buckets",
  http: { method: "GET", path: "/v1/metrics/dora" },
  run: (given, { services, now }) => answer(inZone(given, services), services, now()),
  text: sayDora,
};

/** The same, for reports. */
export async function answer(given: Input, services: Services, nowMs: number): Promise<DoraOutput> {
  const { rule, tz, bucket } = given;
  const scope = scopeOf(given, services, nowMs);
  const period = periodOf(given, nowMs);
  const periods = bucketsOf(period, bucket, tz);
  checkBuckets(periods.length);
  const { dora } = services.store;
  const before = { fromMs: 2 * period.fromMs - period.toMs, toMs: period.fromMs };
  const material = await materialFor(dora, scope, rule, wholeOf([before, period]));
  const by = { rule, material };
  const [former, own] = countBy(dora, scope, by, [before, period]);
  if (former === undefined || own === undefined) throw new Error("two periods give two answers");
  const buckets = countBy(dora, scope, by, periods).map(({ figures }, at) => ({
    ...said(periods[at] ?? period),
    metrics: withRows(figures, periods[at] ?? period, given, scope),
  }));
  const metrics = judgedBy(withRows(own.figures, period, given, scope), former.figures);
  return {
    ...said(period),
    ...{ tz, bucket, rule },
    scope: {
      service: scope.service ?? null,
      team: scope.team ?? null,
      environment: scope.environment ?? null,
      tier: scope.tier ?? null,
    },
    metrics,
    score: overallScore(DORA_METRICS.map((name) => metrics[name].score)),
    buckets,
    ...(given.by === "service"
      ? { services: await byService(given, services, scope, { period, material }) }
      : {}),
    more: {
      ...moreOf(own.sums),
      timeToRestore: timeToRestore(dora.incidents(scope, period)),
      timeToDetect: {
        ...timeToDetect(dora.detected(scope, period)),
        rows: rowsUrl("timeToDetect", period, given, scope),
      },
    },
    counting: dora.isBehind(),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const said = ({ fromMs, toMs }: Period): { from: string; to: string } => ({
  from: iso(fromMs),
  to: iso(toMs),
});

type Figured = DoraOutput["buckets"][number]["metrics"];

function withRows(figures: Figures, period: Period, given: Input, scope: DoraScope): Figured {
  const entries = DORA_METRICS.map((metric) => {
    const rows = rowsUrl(metric, period, given, scope);
    return [metric, { ...figures[metric], unit: UNITS[metric], rows }];
  });
  return Object.fromEntries(entries) as Figured;
}

function rowsUrl(
  metric: string,
  period: Period,
  { rule, tz }: Pick<Input, "rule" | "tz">,
  scope: DoraScope,
): string {
  const query = { metric, ...scope, ...said(period), tz, rule };
  const known = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as [string, string]],
  );
  return `/v1/metrics/dora/rows?${new URLSearchParams(known)}`;
}

/** Of which more is better. */
const MORE_IS_BETTER: ReadonlySet<DoraMetric> = new Set(["deploymentFrequency"]);
/** Below this share a change is noise. */
const SAME = 0.01;

export function directionOf(
  metric: DoraMetric,
  now: number | null,
  before: number | null,
): Judged["trend"]["direction"] {
  if (now === null || before === null) return null;
  if (Math.abs(now - before) <= SAME * Math.max(Math.abs(now), Math.abs(before))) return "same";
  return now > before === MORE_IS_BETTER.has(metric) ? "better" : "worse";
}

function judgedBy(figured: Figured, former: Figures): DoraOutput["metrics"] {
  const entries = DORA_METRICS.map((metric) => {
    const figure = figured[metric];
    const band = bandOf(metric, figure.value);
    const previous = (former[metric] satisfies Figure).value;
    const judged: Judged = {
      ...figure,
      band: band === null ? null : { name: band, year: BAND_YEAR },
      score: scoreOf(metric, figure.value),
      trend: { previous, direction: directionOf(metric, figure.value, previous) },
    };
    return [metric, judged];
  });
  return Object.fromEntries(entries) as DoraOutput["metrics"];
}

async function byService(
  given: Input,
  { store }: Services,
  scope: DoraScope,
  { period, material }: { period: Period; material: Material | null },
): Promise<NonNullable<DoraOutput["services"]>> {
  const each: NonNullable<DoraOutput["services"]> = [];
  for (const service of store.dora.services(scope, period)) {
    const own = { service, environment: scope.environment, tier: scope.tier };
    const isAll = material !== null && scope.team === undefined;
    const by = {
      ...{ rule: given.rule, few: FEW_IN_LIST },
      material: isAll ? ofService(material, service) : await materialFor(store.dora, own, given.rule, period),
    };
    const [counted] = countBy(store.dora, own, by, [period]);
    if (counted !== undefined) each.push({ service, metrics: withRows(counted.figures, period, given, own) });
  }
  return each.sort((a, b) => b.metrics.deploymentFrequency.count - a.metrics.deploymentFrequency.count);
}

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

function moreOf({ counts, gaps }: Sums): Omit<DoraOutput["more"], "timeToRestore" | "timeToDetect"> {
  const { succeeded, failedAttempt: failedAttempts, canceled } = counts;
  const ended = succeeded + failedAttempts;
  const [half = null, most = null] = sampleQuantiles(gaps, [0.5, 0.9]);
  return {
    ...{ succeeded, failedAttempts, canceled },
    successRate: ended === 0 ? null : succeeded / ended,
    intervalSeconds: {
      p50: seconds(half),
      p90: seconds(most),
      count: sampleSize(gaps),
    },
  };
}
