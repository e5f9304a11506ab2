/** The figures about vice itself that /metrics shows. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createRegistry, type Gauge, type Histogram } from "../../kit/metrics.ts";
import { exporterViews } from "../../parts/data/index.ts";
import { deliveryMetrics, valueStreamMetrics } from "../../parts/viz/index.ts";
import type { Services } from "../../ports/services.ts";

export interface DoorMetrics {
  requests: Histogram;
  /** From the hand-over of a delivery to its being durable. */
  intake: Histogram;
  streams: Gauge;
  text(nowMs: number): string;
  /** ValueStream's series under their former names. */
  valueStreamText(): string;
  stop(): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function doorMetricsOf(services: Services): DoorMetrics {
  const registry = createRegistry();
  const loop = monitorEventLoopDelay({ resolution: 50 });
  loop.enable();
  const requests = registry.histogram(
    "vice_http_request_duration_seconds",
    "Time from the first byte of a request to the end of its answer.",
    ["method", "route", "status"],
    SECONDS,
  );
  const intake = registry.histogram(
    "vice_intake_duration_seconds",
    "Append lag: time from the whole delivery in hand to its being durable and acknowledged.",
    [],
    SECONDS,
  );
  const streams = registry.gauge("vice_http_streams", "Event streams that are open.");
  streams.set([], 0);
  const info = registry.gauge("vice_build_info", "The version that runs; always 1.", ["version", "node"]);
  info.set([services.version, process.version], 1);
  const readers = [
    storeReader(registry, services),
    loopReader(registry, loop),
    processReader(registry),
    spoolReader(registry, services.config.home),
    exportReader(registry, services),
  ];
  for (const read of readers) registry.onCollect(read);
  return {
    requests,
    intake,
    streams,
    text: (nowMs) => deliveryText(services, registry.text()) + deliveryMetrics(services, nowMs),
    valueStreamText: () => valueStreamMetrics(services),
    stop: () => loop.disable(),
  };
}

type Register = ReturnType<typeof createRegistry>;

function storeReader(registry: Register, { store, log }: Services): () => void {
  const gauge = (name: string, help: string): ((value: number) => void) => {
    const one = registry.gauge(name, help);
    return (value) => one.set([], value);
  };
  const seq = gauge("vice_log_seq", "Number of the newest event in the log.");
  const lag = gauge("vice_projection_lag_events", "Events in the log that the read models do not know yet.");
  const failed = gauge(
    "vice_projection_failed_events",
    "Events that the read models could not take and left out.",
  );
  const missing = gauge(
    "vice_projection_missing_activities",
    "Activities that are missing in links, rollups or histograms, for each of them.",
  );
  const depth = gauge("vice_append_queue_items", "Deliveries waiting to be written.");
  const file = gauge("vice_store_size_bytes", "Size of the store's main file.");
  const wal = gauge("vice_store_wal_size_bytes", "Size of the write-ahead log.");
  const free = gauge("vice_store_free_disk_bytes", "Free space where the store lies.");
  const activities = gauge("vice_activities", "Activities in the read models.");
  const deliveries = gauge("vice_deliveries_stored", "Deliveries that are kept.");
  return () => {
    const health = store.maintenance.health();
    seq(health.seq);
    lag(health.lag);
    failed(health.failedEvents);
    missing(health.notFollowed.reduce((sum, { activities }) => sum + activities, 0));
    depth(log.depth);
    file(health.fileBytes);
    wal(health.walBytes);
    free(health.freeBytes);
    activities(health.activities);
    deliveries(health.deliveries);
  };
}

function loopReader(registry: Register, loop: ReturnType<typeof monitorEventLoopDelay>): () => void {
  const delay = registry.gauge(
    "vice_event_loop_delay_seconds",
    "Delay of the event loop since the last look.",
    ["statistic"],
  );
  return () => {
    if (loop.count > 0) {
      delay.set(["mean"], loop.mean / 1e9);
      delay.set(["p99"], loop.percentile(99) / 1e9);
      delay.set(["max"], loop.max / 1e9);
    }
    loop.reset();
  };
}

function processReader(registry: Register): () => void {
  const resident = registry.gauge("process_resident_memory_bytes", "Resident memory of the process.");
  const heap = registry.gauge("vice_heap_used_bytes", "JavaScript heap in use.");
  const started = registry.gauge("process_start_time_seconds", "Start of the process, seconds since 1970.");
  const cpu = registry.counter("process_cpu_seconds_total", "Processor time used by the process.");
  let counted = 0;
  return () => {
    const memory = process.memoryUsage();
    resident.set([], memory.rss);
    heap.set([], memory.heapUsed);
    started.set([], Math.round(performance.timeOrigin / 1000));
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6;
    cpu.inc([], seconds - counted);
    counted = seconds;
  };
}

function spoolReader(registry: Register, home: string): () => void {
  const files = registry.gauge("vice_spool_files", "Files in the spool that are not delivered yet.");
  const bytes = registry.gauge("vice_spool_size_bytes", "Bytes in the spool that are not delivered yet.");
  return () => {
    const sizes = spoolSizes(join(home, "spool"));
    files.set([], sizes.length);
    bytes.set(
      [],
      sizes.reduce((sum, size) => sum + size, 0),
    );
  };
}

function spoolSizes(folder: string): number[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(".ndjson"));
    return names.map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
  } catch {
    return [];
  }
}

function exportReader(registry: Register, services: Services): () => void {
  const gauge = (name: string, help: string): Gauge => registry.gauge(name, help, ["exporter"]);
  const lag = gauge("vice_export_lag_events", "Events in the log that the exporter has not seen to.");
  const waiting = gauge("vice_export_lag_seconds", "How long the first of them has been waiting.");
  const failing = gauge("vice_export_failing", "1 while the other side does not take what is sent, else 0.");
  const spans = gauge("vice_export_spans", "Spans that the other side took, over restarts.");
  const rejected = gauge("vice_export_rejected_spans", "Spans that it said it did not want.");
  const dropped = gauge("vice_export_dropped_spans", "Spans that it refused for good.");
  return () => {
    for (const view of exporterViews(services, Date.now())) {
      const name = [view.name];
      if (view.lagEvents !== null) lag.set(name, view.lagEvents);
      if (view.lagMs !== null) waiting.set(name, view.lagMs / 1000);
      failing.set(name, view.problem !== null || view.failing !== null ? 1 : 0);
      spans.set(name, view.spans);
      rejected.set(name, view.rejected);
      dropped.set(name, view.dropped);
    }
  };
}

const OUTCOMES = ["accepted", "duplicate", "ignored", "unmapped", "rejected"] as const;

/** The store counts deliveries itself, over restarts, so they are written and not counted here. */
function deliveryText(services: Services, text: string): string {
  const registry = createRegistry();
  const total = registry.counter("vice_deliveries_total", "Deliveries by what became of them.", [
    "source",
    "instance",
    "outcome",
  ]);
  for (const stat of services.store.deliveries.stats()) {
    for (const outcome of OUTCOMES) total.inc([stat.source, stat.instance, outcome], stat[outcome]);
  }
  return text + registry.text();
}
