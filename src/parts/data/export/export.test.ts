/** The export of spans over a real store, a real HTTP client and a collector on loopback: what is sent, when again, and what when it is not taken. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployment, type House, openHouse, T0 } from "../../../../test/data-services.ts";
import { type Collector, otlpCollector } from "../../../../test/otlp-collector.ts";
import { createExporters } from "../../../adapters/exporter/create.ts";
import { createRestrictedHttp } from "../../../adapters/http-client/restricted.ts";
import { otlpExporterSchema } from "../../../domain/otlp/exporter-schema.ts";
import type { Exporter } from "../../../ports/exporter.ts";
import { failingExporters } from "../doctor/reporting.ts";
import { createSender, exporterViews } from "./index.ts";

let house: House;
let collector: Collector;
let nowMs = T0;
const refused: unknown[] = [];
beforeEach(async () => {
  house = openHouse();
  collector = await otlpCollector();
  nowMs = T0;
  refused.length = 0;
});
afterEach(async () => {
  house.close();
  await collector.stop();
});

const env: Record<string, string> = { OTLP_TOKEN: "s3cret" };

function exporterOf(more: Record<string, unknown> = {}): Exporter {
  const config = otlpExporterSchema.parse({ url: collector.url, history: true, ...more });
  const outbound = (ownHost: string | null) => createRestrictedHttp({ allowPrivateHosts: [], ownHost });
  house.services.exporters = createExporters(() => config, {
    outbound,
    env,
    now: () => nowMs,
    version: "0.1.0",
  });
  const [exporter] = house.services.exporters.list();
  if (exporter === undefined) throw new Error("there is no exporter");
  return exporter;
}

const sender = () =>
  createSender({
    services: house.services,
    now: () => nowMs,
    signal: new AbortController().signal,
    chance: () => 1,
    onRefused: (told) => void refused.push(told),
  });

const put = (count: number, from = 0) =>
  house.store.log.append(
    Array.from({ length: count }, (_, n) =>
      deployment(`d${from + n}`, { service: "shop", environment: "prod-eu" }),
    ),
  );
const idsSent = () => new Set(collector.spans.map(({ spanId }) => spanId)).size;
const view = () => exporterViews(house.services, nowMs)[0];

describe("what is sent", () => {
  test("what ended, once, in the name of its service; what still runs is not", async () => {
    put(3);
    house.store.log.append([deployment("running", { service: "shop" }, "running")]);
    const send = sender();
    const exporter = exporterOf();
    await send.send(exporter);
    await send.send(exporter);
    expect(collector.spans).toHaveLength(3);
    expect(collector.paths).toEqual(["/v1/traces"]);
    expect(collector.resources[0]?.resource.attributes).toContainEqual({
      ...{ key: "service.name", value: { stringValue: "shop" } },
    });
    expect(view()).toMatchObject({ spans: 3, lagEvents: 0, lagMs: 0, failing: null, lastSentMs: nowMs });
  });
  test("when it ends, and again under the same ids when it changes", async () => {
    const exporter = exporterOf();
    const send = sender();
    house.store.log.append([deployment("d", { service: "shop" }, "running")]);
    await send.send(exporter);
    expect(collector.spans).toEqual([]);
    const [ended] = house.store.log.append([deployment("d", { service: "shop" }, "failed", T0 + 1000)]);
    await send.send(exporter);
    const id = ended?.activities[0] ?? "";
    const activity = house.store.read.activity(id, nowMs);
    house.store.log.append([
      {
        delivery: null,
        events: [
          {
            type: "vice.activity.amended.v1",
            ...{ source: "/commands", subject: id, time: new Date(T0).toISOString() },
            data: { facts: {}, status: "succeeded", reason: "it went well" },
            ...{ actor: null, traceparent: null, delivery: null },
          },
        ],
      },
    ]);
    await send.send(exporter);
    const told = { traceId: activity?.traceId, spanId: id.replaceAll("-", "").slice(16) };
    expect(collector.spans).toMatchObject([
      { ...told, status: { code: 2 } },
      { ...told, status: {} },
    ]);
  });
  test("from now on, unless the history is asked for", async () => {
    put(2);
    const send = sender();
    await send.send(exporterOf({ history: false }));
    expect(collector.spans).toEqual([]);
    put(1, 2);
    await send.send(exporterOf({ history: false }));
    expect(collector.spans).toHaveLength(1);
  });
  test("only what the configuration names", async () => {
    house.store.log.append([
      deployment("a", { service: "shop", environment: "prod-eu" }),
      deployment("b", { service: "shop", environment: "staging" }),
      deployment("c", { service: "blog", environment: "prod-eu" }),
    ]);
    await sender().send(
      exporterOf({ only: { service: "sh*", environment: "prod-*", kinds: ["deployment"] } }),
    );
    expect(collector.spans).toHaveLength(1);
  });
  test("a child stands below its parent in the same trace, and is linked to one in another", async () => {
    const [parent] = house.store.log.append([deployment("p", { service: "shop", traceId: "a".repeat(32) })]);
    const parentId = parent?.activities[0] ?? "";
    house.store.log.append([
      deployment("same", { service: "shop", traceId: "a".repeat(32), parentId }),
      deployment("other", { service: "shop", traceId: "b".repeat(32), parentId }),
    ]);
    await sender().send(exporterOf());
    const parentSpan = parentId.replaceAll("-", "").slice(16);
    const [, same, other] = collector.spans;
    expect([same?.parentSpanId, same?.links]).toEqual([parentSpan, undefined]);
    expect([other?.parentSpanId, other?.links]).toMatchObject([
      undefined,
      [{ traceId: "a".repeat(32), spanId: parentSpan }],
    ]);
  });
});

test("what led to it is linked, in the history from before the exporter was there too; a step is tied by its parent alone", async () => {
  const commitSha = "c".repeat(40);
  const build = { kind: "build" as const, commitSha, repository: "https://git.example.com/web/shop" };
  const release = { service: "shop", environment: "prod-eu", commitSha, repository: build.repository };
  const [, run] = house.store.log.append([deployment("build", build), deployment("before", release)]);
  const parentId = run?.activities[0] ?? null;
  house.store.log.append([deployment("step", { kind: "stage", ...release, parentId })]);
  const send = sender();
  await send.send(exporterOf());
  const [, before, step] = collector.spans;
  const [after] = house.store.log.append([deployment("after", release, "succeeded", T0 + 5000)]);
  await send.send(exporterOf());
  const id = after?.activities[0] ?? "";
  const { causes } = house.store.traces.links(id, nowMs);
  expect(causes.map(({ link }) => link.reason)).toEqual(["commit"]);
  expect(step?.links).toBeUndefined();
  const linked = [
    {
      traceId: causes[0]?.activity.traceId,
      spanId: causes[0]?.activity.id.replaceAll("-", "").slice(16),
      attributes: [{ key: "vice.link.reason", value: { stringValue: "commit cccccccc" } }],
    },
  ];
  expect(before?.links).toEqual(linked);
  expect(collector.spans.at(-1)?.links).toEqual(linked);
});

describe("a collector that does not take it", () => {
  test("down for an hour: nothing is lost, and it is said how far behind it is", async () => {
    const exporter = exporterOf();
    const send = sender();
    put(1);
    await send.send(exporter);
    await collector.stop();
    const endMs = nowMs + 3_600_000;
    for (let n = 0; nowMs < endMs; n += 1) {
      put(5, 1 + n * 5);
      await send.send(exporter);
      nowMs += 60_000;
    }
    expect(collector.spans).toHaveLength(1);
    expect(view()).toMatchObject({
      lagEvents: 300,
      spans: 1,
      failing: { sinceMs: T0, problem: expect.stringContaining("cannot be reached") },
    });
    expect(failingExporters(exporterViews(house.services, nowMs))).toMatchObject([
      { exporter: "otlp", lagEvents: 300 },
    ]);
    await collector.start();
    await send.send(exporter);
    expect(idsSent()).toBe(301);
    expect(view()).toMatchObject({ lagEvents: 0, failing: null, spans: 301 });
  });
  test("a new process goes on where the former one was", async () => {
    put(5);
    await sender().send(exporterOf());
    const { store } = house;
    house.services.store = {
      ...store,
      state: store.state,
      log: store.log,
      read: store.read,
      maintenance: store.maintenance,
    };
    put(2, 5);
    await sender().send(exporterOf());
    expect(collector.spans).toHaveLength(7);
  });
  test.each([429, 502, 503, 504])("%s: it waits as long as Retry-After says", async (status) => {
    collector.judge(() => ({ status, headers: { "retry-after": "90" } }));
    put(1);
    const exporter = exporterOf();
    const send = sender();
    await send.send(exporter);
    nowMs += 89_000;
    await send.send(exporter);
    expect(collector.headers).toHaveLength(1);
    nowMs += 1000;
    collector.judge(() => undefined);
    await send.send(exporter);
    expect(collector.spans).toHaveLength(1);
  });
  test("401: it is mended by people, and waits until then", async () => {
    const sizes: number[] = [];
    collector.judge((spans) => {
      sizes.push(spans.length);
      return { status: 401 };
    });
    put(30);
    const exporter = exporterOf();
    const send = sender();
    for (let n = 0; n < 5; n += 1) {
      await send.send(exporter);
      nowMs += 120_000;
    }
    expect(view()).toMatchObject({
      dropped: 0,
      failing: { attempts: 5, problem: expect.stringContaining("401") },
    });
    // it is asked with a few whether it is well again
    expect(sizes[0]).toBe(30);
    expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(5);
    collector.judge(() => undefined);
    await send.send(exporter);
    expect(collector.spans).toHaveLength(30);
  });
  test("413: it sends fewer at once", async () => {
    collector.judge((spans) => (spans.length > 60 ? { status: 413 } : undefined));
    put(300);
    const exporter = exporterOf();
    const send = sender();
    for (let n = 0; n < 20 && idsSent() < 300; n += 1) await send.send(exporter);
    expect(idsSent()).toBe(300);
    expect(view()?.dropped).toBe(0);
  });
  test("400 for one of them: that one is left out, the others arrive", async () => {
    put(40);
    const [poison] = house.store.log.append([deployment("poison", { service: "shop" })]);
    put(40, 40);
    const id = poison?.activities[0]?.replaceAll("-", "").slice(16);
    collector.judge((spans) =>
      spans.some(({ spanId }) => spanId === id) ? { status: 400, body: '{"message":"bad span"}' } : undefined,
    );
    const exporter = exporterOf();
    const send = sender();
    for (let n = 0; n < 40 && idsSent() < 80; n += 1) await send.send(exporter);
    expect(idsSent()).toBe(80);
    expect(view()).toMatchObject({ dropped: 1, lagEvents: 0, lastSaid: expect.stringContaining("bad span") });
    expect(refused).toEqual([{ exporter: "otlp", spans: 1, problem: expect.stringContaining("bad span") }]);
  });
  test("400 for everything: then it is not the spans, and no more than a few are given up", async () => {
    collector.judge(() => ({ status: 400 }));
    put(40);
    const exporter = exporterOf();
    const send = sender();
    for (let n = 0; n < 60; n += 1) {
      await send.send(exporter);
      nowMs += 120_000;
    }
    expect(view()).toMatchObject({ dropped: 3, failing: { problem: expect.stringContaining("400") } });
  });
  test("partial success is counted and told, and not sent again", async () => {
    const body = JSON.stringify({ partialSuccess: { rejectedSpans: "2", errorMessage: "too old" } });
    collector.judge(() => ({ status: 200, body }));
    put(5);
    const exporter = exporterOf();
    const send = sender();
    await send.send(exporter);
    await send.send(exporter);
    expect(collector.spans).toHaveLength(5);
    expect(view()).toMatchObject({ spans: 5, rejected: 2, lastSaid: "too old" });
    expect(refused).toEqual([{ exporter: "otlp", spans: 2, problem: "too old" }]);
  });
});

describe("headers", () => {
  test("a token is looked up, sent with each request and shown nowhere", async () => {
    collector.judge(() =>
      collector.headers.at(-1)?.["authorization"] === "Bearer s3cret" ? undefined : { status: 401 },
    );
    put(1);
    env["OTLP_AUTH"] = "Bearer s3cret";
    await sender().send(exporterOf({ headers: { authorization: "env:OTLP_AUTH" } }));
    expect(collector.spans).toHaveLength(1);
    expect(collector.headers[0]).toMatchObject({
      "content-encoding": "gzip",
      "content-type": "application/json",
    });
    expect(JSON.stringify(view())).not.toContain("s3cret");
  });
  test("one that is not there is said, and nothing is sent", async () => {
    put(1);
    await sender().send(exporterOf({ headers: { authorization: "env:NOT_THERE" } }));
    expect(collector.headers).toEqual([]);
    expect(view()).toMatchObject({
      problem: "its header authorization is not there: env:NOT_THERE",
      lagEvents: 1,
    });
  });
});
