/** Measures what follows activities: linking one activity among a million, how far it lags. */
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import type { NewEvent } from "../src/domain/event.ts";
import type { Facts, ObjectKey } from "../src/domain/transition.ts";
import { activityId, sha256Hex } from "../src/kit/ids.ts";
import { createLogWriter } from "../src/parts/data/index.ts";
import type { Store } from "../src/ports/store.ts";
import { END_MS, historyHome } from "./history-load.ts";
import { median, quantile, type Row, type Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const EVERY_MS = 2; // 500 in a second

const isoAt = (seconds: number): string => new Date(END_MS + seconds * 1000).toISOString();
export const keyOf = (kind: string, name: string): ObjectKey => ({
  ...{ identityKind: kind, source: "gitlab", instance: "bench", externalId: name, attempt: 1 },
});

export function observed(object: ObjectKey, facts: Facts, seconds: number): NewEvent {
  const at = isoAt(seconds);
  return {
    ...{ type: "vice.activity.observed.v1", source: "/bench", subject: activityId(object), time: at },
    ...{ actor: null, traceparent: null, delivery: null },
    data: {
      ...{ object, step: "succeeded", at, reopens: false, verified: true, generation: 0 },
      facts: { ...facts, startedAt: isoAt(seconds - 30) },
    },
  };
}

export function open(home: string): Store {
  const { sourceOrder, abandonAfterMs } = loadServerConfig({ VICE_HOME: home });
  const settings = { configRules: [], sourceOrder, abandonAfterMs, environmentOrder: [] };
  return openSqliteStore({ file: `${home}/vice.db`, mode: "write", settings });
}

export function settle(store: Store): void {
  while (!store.maintenance.work(1000).idle);
}

export const timed = (body: () => void): number => {
  const began = performance.now();
  body();
  return performance.now() - began;
};

/** One activity more among many: what its links cost beside what storing it costs. */
function linkRows(count: number, rounds: number): Row[] {
  const store = open(historyHome(count));
  process.stderr.write(`following ${count} activities\n`);
  const began = performance.now();
  settle(store);
  const all = performance.now() - began;
  const stored: number[] = [];
  const linked: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `link/${Date.now()}/${round}`;
    const commitSha = sha256Hex(`${name} commit`).slice(0, 40);
    const facts: Facts = {
      kind: "build",
      commitSha,
      ref: `fix-${round}`,
      repository: "https://github.com/acme/shop",
    };
    const event = observed(
      keyOf("build", name),
      { ...facts, tags: { name: "build", title: `SHOP-${round} (#${round})` } },
      round,
    );
    stored.push(
      timed(() => {
        store.log.append([{ delivery: null, events: [event] }]);
        store.read.activity(event.subject ?? "", END_MS);
      }),
    );
    linked.push(timed(() => settle(store)));
  }
  store.close();
  const referenceValue = median(stored);
  const reference = "storing it";
  return [
    {
      ...{
        what: `everything that follows one new build, ${count / 1e6} M present`,
        value: median(linked),
        unit: "ms",
      },
      ...{ reference, referenceValue, ratio: median(linked) / referenceValue, goal: "< 1 ms" },
    },
    {
      ...{
        what: `making it anew for all, each of ${count / 1e6} M`,
        value: all / count,
        unit: "ms",
        reference,
      },
      ...{ referenceValue, ratio: all / count / referenceValue, goal: "(not asked)" },
    },
  ];
}

/** 500 deployments in a second, and when what follows them knows each. */
async function lagRow(folder: string, seconds: number): Promise<Row> {
  const store = open(folder);
  const log = createLogWriter(store, (error) => {
    throw error;
  });
  const reader = new DatabaseSync(store.maintenance.health().file, { readOnly: true });
  const seen = reader.prepare("SELECT count(*) AS n FROM span");
  const sent: number[] = [];
  const lags: number[] = [];
  const append: number[] = [];
  const first = Number(seen.get()?.["n"]);
  const began = performance.now();
  const look = (): void => {
    const known = Number(seen.get()?.["n"]) - first;
    for (let at = lags.length; at < known; at += 1) lags.push(performance.now() - (sent[at] ?? 0));
  };
  for (let n = 0; n < seconds * 500; n += 1) {
    while (performance.now() - began < n * EVERY_MS) await new Promise((resolve) => setImmediate(resolve));
    const facts: Facts = {
      kind: "deployment",
      service: `service-${n % 50}`,
      environment: "prod",
      version: `v${n}`,
    };
    const at = performance.now();
    sent.push(at);
    void log
      .append({ delivery: null, events: [observed(keyOf("deployment", `lag-${n}`), facts, n)] })
      .then(() => append.push(performance.now() - at));
    if (n % 5 === 0) look();
  }
  for (let waited = 0; lags.length < sent.length && waited < 2000; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    look();
  }
  reader.close();
  await log.stop();
  store.close();
  if (lags.length < sent.length) throw new Error(`${sent.length - lags.length} were never taken in`);
  const value = quantile(lags, 0.99);
  const referenceValue = quantile(append, 0.99);
  return {
    ...{ what: "500 events/s: known to all that follows, p99", value, unit: "ms", reference: "durable, p99" },
    ...{ referenceValue, ratio: value / referenceValue, goal: "< 1000 ms" },
  };
}

export async function linksBench({ quick }: Size): Promise<Row[]> {
  const lag = await inScratch((folder) => lagRow(folder, quick ? 5 : 20));
  return [lag, ...linkRows(quick ? 100_000 : 1_000_000, quick ? 100 : 500)];
}
