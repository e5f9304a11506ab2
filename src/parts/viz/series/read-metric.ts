/**
 * Reads a metric by name: a series that was pushed in (`orders`, `orders{shop="eu"}`), or a PromQL query that the configured
 * Prometheus answers: one that the configuration names (`prom:errors`), or any (`prom:rate(errors_total[5m])`).
 */
import { z } from "zod";
import { type Point, readSeriesName, type SeriesPart, seriesName } from "../../../domain/series/series.ts";
import { allows, type Scope } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Services } from "../../../ports/services.ts";

const PROMETHEUS = "prom:";
/** Points that are asked of Prometheus; its own limit is 11,000. */
const POINTS = 1000;
const LEAST_STEP_MS = 15_000;

export interface Metric {
  name: string;
  /** In order of time. */
  points: Point[];
}

/** @throws ViceError `not-found`, `input.invalid` when several series fit, `outside.unreachable` */
export async function readMetric(
  name: string,
  services: Pick<Services, "store" | "config" | "outbound">,
  fromMs: number,
  toMs: number,
): Promise<Metric> {
  const found = name.startsWith(PROMETHEUS)
    ? await askPrometheus(name.slice(PROMETHEUS.length), services, fromMs, toMs)
    : pushed(name, services, fromMs, toMs);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first === undefined) throw missing(name, services);
  throw new ViceError("input.invalid", {
    message: `${found.length} series are called ${name}: ${found
      .slice(0, 5)
      .map((each) => each.name)
      .join(", ")}.`,
    hint: name.startsWith(PROMETHEUS) ? "Make it one: prom:sum(...)" : `Name one: '${first.name}'`,
  });
}

/**
 * For what is going to be read later.
 * @throws ViceError `not-found` with the nearest, for a series that nobody pushed yet; a query of Prometheus is taken as it is
 */
export function assertPushed(name: string, services: Pick<Services, "store">, hint: string): void {
  if (name.startsWith(PROMETHEUS)) return;
  const wanted = readSeriesName(name);
  const isWanted = ({ name: own, labels }: Pick<SeriesPart, "name" | "labels">): boolean =>
    own === wanted?.name && Object.entries(wanted.labels).every(([key, value]) => labels[key] === value);
  if (services.store.series.list().some(isWanted)) return;
  const known = missing(name, services);
  throw new ViceError("not-found", { ...known.details, hint: `${String(known.details["hint"])} ${hint}` });
}

function pushed(name: string, { store }: Pick<Services, "store">, fromMs: number, toMs: number): Metric[] {
  const wanted = readSeriesName(name);
  if (wanted === null) return [];
  return store.series
    .points(wanted, fromMs, toMs)
    .map(({ points, ...series }) => ({ name: seriesName(series), points }));
}

function missing(name: string, { store }: Pick<Services, "store">): ViceError {
  const known = store.series.list().map(seriesName);
  return new ViceError("not-found", {
    ...{ what: "series", name, nearest: nearest(name, known) },
    hint:
      known.length === 0
        ? "Push one: vice data push orders_per_minute --value 118"
        : "See them: vice data series. A query of Prometheus begins with prom:",
  });
}

/**
 * The server's own token opens Prometheus: what readers may ask there stands in the configuration.
 * @throws ViceError `auth.forbidden`
 */
export function assertMayAsk(
  name: string,
  { config: { prometheus } }: Pick<Services, "config">,
  scopes: readonly Scope[],
): void {
  if (prometheus === null || !name.startsWith(PROMETHEUS)) return;
  if (Object.hasOwn(prometheus.queries, name.slice(PROMETHEUS.length))) return;
  if (allows(scopes, prometheus.scope)) return;
  const named = Object.keys(prometheus.queries).map((each) => `${PROMETHEUS}${each}`);
  throw new ViceError("auth.forbidden", {
    scope: prometheus.scope,
    hint:
      named.length === 0
        ? "Queries that readers may ask stand in vice.server.yaml: prometheus: { queries: { errors: PROMQL } }"
        : `You may ask ${named.join(", ")}; others stand in vice.server.yaml under prometheus.queries.`,
  });
}

/** The answer of `GET /api/v1/query_range` (Prometheus docs, "HTTP API", range queries). */
const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});
const errorSchema = z.object({ status: z.literal("error"), error: z.string() });

async function askPrometheus(
  query: string,
  { config, outbound }: Pick<Services, "config" | "outbound">,
  fromMs: number,
  toMs: number,
): Promise<Metric[]> {
  const { prometheus } = config;
  if (prometheus === null)
    throw new ViceError("input.invalid", {
      message: "No Prometheus is configured.",
      hint: "Write into vice.server.yaml: prometheus: { url: http://prometheus.example.com:9090 }",
    });
  const step = Math.max(LEAST_STEP_MS, Math.ceil((toMs - fromMs) / POINTS)) / 1000;
  const params = new URLSearchParams({
    query: Object.hasOwn(prometheus.queries, query) ? (prometheus.queries[query] ?? query) : query,
    start: String(fromMs / 1000),
    end: String(toMs / 1000),
    step: String(step),
  });
  const url = `${prometheus.url}/api/v1/query_range?${params}`;
  const headers = prometheus.token === null ? {} : { authorization: `Bearer ${prometheus.token}` };
  const { status, body } = await outbound(new URL(prometheus.url).hostname).getJson(url, headers);
  const answer = answerSchema.safeParse(body);
  if (answer.success) return answer.data.data.result.map(toMetric);
  const error = errorSchema.safeParse(body);
  throw new ViceError("input.invalid", {
    message: error.success
      ? `Prometheus refuses the query: ${error.data.error}.`
      : `Prometheus answered with status ${status} and no series.`,
    hint: `Try it there: ${prometheus.url}/graph`,
  });
}

const toMetric = ({ metric, values }: z.output<typeof answerSchema>["data"]["result"][number]): Metric => {
  const { __name__: name = "query", ...labels } = metric;
  const points = values.map(([seconds, value]): Point => [Math.round(seconds * 1000), Number(value)]);
  return { name: seriesName({ name, labels }), points: points.filter(([, value]) => Number.isFinite(value)) };
};
