/** Measures the export of spans: log and read models to a collector in a process of its own, beside the same requests made from memory. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { createExporters } from "../src/adapters/exporter/create.ts";
import { createRestrictedHttp } from "../src/adapters/http-client/restricted.ts";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import type { NewEvent } from "../src/domain/event.ts";
import { otlpExporterSchema } from "../src/domain/otlp/exporter-schema.ts";
import { activityId, sha256Hex } from "../src/kit/ids.ts";
import { createSender } from "../src/parts/data/export/index.ts";
import type { Store } from "../src/ports/store.ts";
import type { Row, Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const SPANS = 100_000;
const MIB = 2 ** 20;
const GROUP = 1000;
const T0 = Date.parse("2026-11-01T00:00:00.000Z");

/** Takes everything, unzips it and counts the spans; answers as a collector does. */
const COLLECTOR = `
const { createServer } = require("node:http"); const { gunzipSync } = require("node:zlib");
let spans = 0;
createServer((request, answer) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
    const body = gunzipSync(Buffer.concat(chunks));
    for (let at = -1; (at = body.indexOf('"spanId"', at + 1)) >= 0; ) spans += 1;
    answer.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
}).listen(0, "127.0.0.1", function () { process.send(this.address().port); });
process.on("message", () => { process.send(spans); spans = 0; });
`;

interface Collector {
  url: string;
  /** Spans since it was asked last. */
  count: () => Promise<number>;
  stop: () => void;
}

async function startCollector(): Promise<Collector> {
  const child: ChildProcess = spawn(process.execPath, ["-e", COLLECTOR], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [port] = (await once(child, "message")) as [number];
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    count: async () => {
      child.send("count");
      const [spans] = (await once(child, "message")) as [number];
      return spans;
    },
    stop: () => void child.kill(),
  };
}

function eventOf(n: number): NewEvent<"vice.activity.observed.v1"> {
  const startMs = T0 + n * 20_000;
  const at = new Date(startMs + 90_000).toISOString();
  const object = {
    identityKind: "deployment",
    ...{ source: "gitlab", instance: "gitlab.example.com", externalId: `4321/${n}`, attempt: 1 },
  };
  const facts = {
    kind: "deployment" as const,
    service: `service-${n % 200}`,
    repository: `https://gitlab.example.com/group/service-${n % 200}`,
    environment: ["test", "staging", "prod-eu"][n % 3] ?? "test",
    version: `v1.${n % 900}.0`,
    commitSha: sha256Hex(String(n)).slice(0, 40),
    ref: "main",
    startedAt: new Date(startMs).toISOString(),
    url: `https://gitlab.example.com/group/service/-/jobs/${n}`,
    tags: { job: "deploy", runner: "shared-4" },
  };
  return {
    type: "vice.activity.observed.v1",
    ...{ source: "/hooks/gitlab/gitlab.example.com", subject: activityId(object), time: at },
    data: { object, step: "succeeded", at, reopens: false, facts, verified: true, generation: 0 },
    ...{ actor: null, traceparent: null, delivery: null },
  };
}

function filled(folder: string): Store {
  mkdirSync(folder);
  const settings = { configRules: [], sourceOrder: [], environmentOrder: [], abandonAfterMs: 86_400_000 };
  const store = openSqliteStore({ file: join(folder, "vice.db"), mode: "write", settings });
  for (let from = 0; from < SPANS; from += GROUP) {
    const events = Array.from({ length: GROUP }, (_, at) => eventOf(from + at));
    store.log.append(events.map((event) => ({ delivery: null, events: [event] })));
    store.maintenance.catchUp();
  }
  while (!store.maintenance.work(1000).idle);
  return store;
}

/** The same spans, made from nothing and sent one request after the other. */
async function fromMemory(url: string): Promise<number> {
  const compress = promisify(gzip);
  const began = performance.now();
  for (let from = 0; from < SPANS; from += 500) {
    const spans = Array.from({ length: 500 }, (_, at) => {
      const { subject, data } = eventOf(from + at);
      const [traceId, spanId] = [subject?.replaceAll("-", ""), subject?.replaceAll("-", "").slice(16)];
      const attributes = Object.entries(data.facts).map(([key, value]) => ({
        ...{ key, value: { stringValue: String(value) } },
      }));
      return {
        traceId,
        spanId,
        name: "deploy",
        kind: 1,
        startTimeUnixNano: "1",
        endTimeUnixNano: "2",
        attributes,
      };
    });
    const body = JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ spans }] }] });
    await posted(url, await compress(body, { level: 1 }));
  }
  return (SPANS / (performance.now() - began)) * 1000;
}

const posted = (url: string, body: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    const sent = request(url, { method: "POST", headers }, (answer) => {
      answer.on("end", () => resolve()).resume();
    });
    sent.on("error", reject).end(body);
  });

/** @returns spans for each second, and by how many MiB the process grew from its tenth of the way to its highest */
async function fromStore(
  store: Store,
  url: string,
): Promise<{ perSecond: number; grewMiB: number; cpuUs: number }> {
  const outbound = (ownHost: string | null) => createRestrictedHttp({ allowPrivateHosts: [], ownHost });
  const config = otlpExporterSchema.parse({ url, history: true });
  const exporters = createExporters(() => config, { outbound, env: {}, now: Date.now, version: "0" });
  const [exporter] = exporters.list();
  if (exporter === undefined) throw new Error("there is no exporter");
  const sender = createSender({ services: { store }, now: Date.now, signal: new AbortController().signal });
  let sent = 0;
  let early = 0;
  let highest = 0;
  const counting = {
    ...exporter,
    send: async (...given: Parameters<typeof exporter.send>) => {
      sent += given[0].length;
      const { rss } = process.memoryUsage();
      if (sent > SPANS / 10 && early === 0) early = rss;
      highest = Math.max(highest, rss);
      return exporter.send(...given);
    },
  };
  const before = process.cpuUsage();
  const began = performance.now();
  await sender.send(counting);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const cpuUs = (user + system) / SPANS;
  return { perSecond: (SPANS / ms) * 1000, grewMiB: (highest - early) / MIB, cpuUs };
}

export function otlpBench(_size: Size): Promise<Row[]> {
  return inScratch(async (folder) => {
    const collector = await startCollector();
    try {
      const store = filled(join(folder, "home"));
      const reference = await fromMemory(collector.url);
      await collector.count();
      const { perSecond, grewMiB, cpuUs } = await fromStore(store, collector.url);
      const arrived = await collector.count();
      store.close();
      if (arrived !== SPANS) throw new Error(`${arrived} of ${SPANS} spans arrived`);
      return [
        {
          what: `export ${SPANS} spans by OTLP, log and read models to a collector`,
          ...{ value: perSecond, unit: "spans/s", referenceValue: reference, ratio: perSecond / 20_000 },
          reference: `20,000 spans/s; the same from memory, one request after the other: ${Math.round(reference)}`,
          goal: ">= 1x",
          cpuUs,
        },
        {
          what: "memory that the export takes beyond its first tenth",
          ...{ value: grewMiB, unit: "MiB", referenceValue: 100, ratio: grewMiB / 100 },
          ...{ reference: "100 MiB", goal: "< 1x" },
        },
      ];
    } finally {
      collector.stop();
    }
  });
}
