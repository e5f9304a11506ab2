/** The figures about delivery that /metrics shows: deployments, what runs where, what is open; and ValueStream's three series. */
import { createRegistry } from "../../../kit/metrics.ts";
import { FIGURE_BOUNDS, type Figure } from "../../../ports/figures.ts";
import type { Services } from "../../../ports/services.ts";

/** Deployments rarely take longer than three hours. */
const DEPLOYMENT_BOUNDS = FIGURE_BOUNDS.slice(0, 9);

export function deliveryMetrics(
  { store, config }: Pick<Services, "store" | "config">,
  nowMs: number,
): string {
  const registry = createRegistry();
  const figures = store.figures.all();
  const counter = registry.counter("vice_deployments_total", "Deployments that ended, by how.", [
    ...["service", "environment", "source", "status"],
  ]);
  const others = registry.counter("vice_activities_total", "Everything that ended, by kind and how.", [
    ...["kind", "source", "status"],
  ]);
  const durations = registry.sums(
    "vice_deployment_duration_seconds",
    "How long deployments took that succeeded or failed, where it is known.",
    ["service", "environment"],
    DEPLOYMENT_BOUNDS,
  );
  for (const figure of figures) {
    const { kind, source, service, environment, outcome, count } = figure;
    if (outcome === "open") continue;
    others.inc([kind, source, outcome], count);
    if (kind !== "deployment") continue;
    counter.inc([service ?? "", environment ?? "", source, outcome], count);
    if (outcome !== "canceled")
      durations.add([service ?? "", environment ?? ""], summed(figure, DEPLOYMENT_BOUNDS.length));
  }
  return registry.text() + placesText(store, nowMs) + openText({ store, config }, nowMs);
}

/** The buckets above the last bound together. */
function summed(
  { buckets, timed, totalMs }: Figure,
  bounds: number,
): { counts: number[]; sum: number; count: number } {
  return { counts: buckets.slice(0, bounds), sum: totalMs / 1000, count: timed };
}

function placesText(store: Services["store"], nowMs: number): string {
  const registry = createRegistry();
  const place = ["service", "environment", "tenant"];
  const last = registry.gauge(
    "vice_last_deployment_timestamp_seconds",
    "When what runs there was deployed, seconds since 1970.",
    place,
  );
  const info = registry.gauge("vice_deployed_version_info", "What runs there; always 1.", [
    ...place,
    ...["tier", "team", "version", "commit"],
  ]);
  for (const { service, environment, tenant, tier, team, running } of store.read.status({}, nowMs)) {
    if (running === null) continue;
    const labels = [service ?? "", environment ?? "", tenant ?? ""];
    last.set(labels, Date.parse(running.occurredAt) / 1000);
    info.set([...labels, tier ?? "", team ?? "", running.version ?? "", running.commitSha ?? ""], 1);
  }
  return registry.text();
}

function openText({ store, config }: Pick<Services, "store" | "config">, nowMs: number): string {
  const registry = createRegistry();
  const open = registry.gauge("vice_activities_open", "What runs or waits now, without what is abandoned.", [
    "kind",
  ]);
  const oldest = registry.gauge(
    "vice_oldest_open_activity_age_seconds",
    "How long ago the oldest of them began.",
    ["kind"],
  );
  for (const { kind, count, oldestMs } of store.figures.open(nowMs, config.abandonAfterMs)) {
    open.set([kind], count);
    oldest.set([kind], Math.max(0, nowMs - oldestMs) / 1000);
  }
  return registry.text();
}

/** Names of vice as ValueStream called them. */
const VALUESTREAM_TYPES: Readonly<Record<string, string>> = {
  deployment: "deploy",
  ticket: "issue",
  change: "pull_request",
};
/** Those of its buckets that are above nothing, in seconds; the series itself is in milliseconds. */
const VALUESTREAM_BOUNDS = FIGURE_BOUNDS.filter((bound) => bound >= 1800);

/** `webhooks/event/start/total`, `.../end/total`, `.../duration` as its Prometheus exporter wrote them. */
export function valueStreamMetrics({ store }: Pick<Services, "store">): string {
  const registry = createRegistry();
  const starts = registry.counter("webhooks_event_start_total", "Events that began.", [
    "event_source",
    "event_type",
  ]);
  const labels = ["event_source", "event_type", "error"];
  const ends = registry.counter("webhooks_event_end_total", "Events that ended.", labels);
  const durations = registry.sums(
    "webhooks_event_duration",
    "How long events took, in milliseconds.",
    labels,
    VALUESTREAM_BOUNDS.map((bound) => bound * 1000),
  );
  for (const figure of store.figures.all()) {
    const type = VALUESTREAM_TYPES[figure.kind] ?? figure.kind;
    starts.inc([figure.source, type], figure.count);
    if (figure.outcome === "open") continue;
    const error = figure.outcome === "succeeded" ? "false" : "true";
    ends.inc([figure.source, type, error], figure.count);
    const below = FIGURE_BOUNDS.length - VALUESTREAM_BOUNDS.length;
    const first = figure.buckets.slice(0, below + 1).reduce((sum, each) => sum + each, 0);
    const counts = [first, ...figure.buckets.slice(below + 1, FIGURE_BOUNDS.length)];
    durations.add([figure.source, type, error], { counts, sum: figure.totalMs, count: figure.timed });
  }
  return registry.text();
}
