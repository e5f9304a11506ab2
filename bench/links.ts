/** Measures traces and what follows activities: opening a long trace, linking one activity among a million, how far it lags. */
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import type { NewEvent } from "../src/domain/event.ts";
import type { Facts, ObjectKey } from "../src/domain/transition.ts";
import { activityId, sha256Hex } from "../src/kit/ids.ts";
import { createLogWriter } from "../src/parts/data/index.ts";
import type { Store } from "../src/ports/store.ts";
import { startServer } from "./children.ts";
import { END_MS, historyHome } from "./history-load.ts";
import { median, quantile, type Row, type Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const SPANS = 10_000;
const EVERY_MS = 2; // 500 in a second

const isoAt = (seconds: number): string => new Date(END_MS + seconds * 1000).toISOString();
const keyOf = (kind: string, name: string): ObjectKey => ({
  ...{ identityKind: kind, source: "gitlab", instance: "bench", externalId: name, attempt: 1 },
});

function observed(object: ObjectKey, facts: Facts, seconds: number): NewEvent {
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

function open(home: string): Store {
  const { sourceOrder, abandonAfterMs } = loadServerConfig({ VICE_HOME: home });
  const settings = { configRules: [], sourceOrder, abandonAfterMs, environmentOrder: [] };
  return openSqliteStore({ file: `${home}/vice.db`, mode: "write", settings });
}

function settle(store: Store): void {
  while (!store.maintenance.work(1000).idle);
}

const timed = (body: () => void): number => {
  const began = performance.now();
  body();
  return performance.now() - began;
};

/** A pipeline of 10,000 steps, two levels deep, with its change and its deployment. */
function fillTrace(store: Store): { id: string } {
  const commitSha = "a".repeat(40);
  const pipeline = keyOf("pipeline", "long");
  const groups = Array.from({ length: 100 }, (_, n) => keyOf("stage", `group ${n}`));
  const events = [
    observed(keyOf("change", "1"), { kind: "change", commitSha, tags: { number: "1", title: "wide" } }, 10),
    observed(pipeline, { kind: "pipeline", commitSha, tags: { name: "long" } }, 20),
    ...groups.map((object, n) =>
      observed(
        object,
        { kind: "stage", parentId: activityId(pipeline), tags: { name: `group ${n}` } },
        30 + n,
      ),
    ),
    ...Array.from({ length: SPANS - 103 }, (_, n) => {
      const parent = groups[n % groups.length] ?? pipeline;
      const facts: Facts = { kind: "check", parentId: activityId(parent), tags: { name: `case ${n}` } };
      return observed(keyOf("check", `case ${n}`), facts, 40 + (n % 3600));
    }),
    observed(
      keyOf("deployment", "1"),
      { kind: "deployment", service: "shop", environment: "prod", commitSha },
      9000,
    ),
  ];
  for (let from = 0; from < events.length; from += 500)
    store.log.append([{ delivery: null, events: events.slice(from, from + 500) }]);
  settle(store);
  return { id: activityId(pipeline) };
}

async function traceRows(folder: string, rounds: number): Promise<Row[]> {
  const store = open(folder);
  const { id } = fillTrace(store);
  const found = store.traces.trace(id, END_MS).spans.length;
  if (found !== SPANS) throw new Error(`${found} spans instead of ${SPANS}`);
  const inStore = Array.from({ length: rounds }, () => timed(() => store.traces.trace(id, END_MS)));
  const { file } = store.maintenance.health();
  store.close();
  const raw = new DatabaseSync(file, { readOnly: true });
  const select = raw.prepare("SELECT doc FROM activity");
  const reference = "reading and parsing the same rows";
  const referenceValue = median(
    Array.from({ length: rounds }, () =>
      timed(() => {
        for (const { doc } of select.all()) JSON.parse(doc as string);
      }),
    ),
  );
  raw.close();
  const server = await startServer(folder, "store");
  const ask = async (): Promise<void> => {
    const answer = await fetch(`${server.url}/v1/traces/${id}`, {
      headers: { "accept-encoding": "identity" },
    });
    await answer.arrayBuffer();
  };
  for (let warm = 0; warm < 3; warm += 1) await ask();
  const overHttp: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await ask();
    overHttp.push(performance.now() - began);
  }
  await server.stop();
  const row = (value: number): Omit<Row, "what" | "goal"> => ({
    ...{ value, unit: "ms", reference, referenceValue, ratio: value / referenceValue },
  });
  return [
    { what: `GET /v1/traces/:id, ${SPANS} spans`, ...row(median(overHttp)), goal: "< 50 ms" },
    { what: "the same in the store", ...row(median(inStore)), goal: "(not asked)" },
  ];
}

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
  const long = await inScratch((folder) => traceRows(folder, quick ? 15 : 51));
  const lag = await inScratch((folder) => lagRow(folder, quick ? 5 : 20));
  return [...long, lag, ...linkRows(quick ? 100_000 : 1_000_000, quick ? 100 : 500)];
}
