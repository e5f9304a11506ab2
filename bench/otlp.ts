/** Measures the export of spans: log and read models to a collector in a process of its own, beside the same requests made from memory. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { createExporters } from "../src/adapters/exporter/create.ts";
import { createRestrictedHttp } from "../src/adapters/http-client/restricted.ts";
import { otlpExporterSchema } from "../src/domain/otlp/exporter-schema.ts";
import { createSender } from "../src/parts/data/export/index.ts";
import type { Store } from "../src/ports/store.ts";
import type { Row, Size } from "./measure.ts";
import { aloneOf, filled, LINKS_OF_WORK, type Told, workOf } from "./otlp-load.ts";
import { inScratch } from "./scratch.ts";

const SPANS = 100_000;
const MIB = 2 ** 20;

/** Takes everything, unzips it and counts spans and links; answers as a collector does. */
const COLLECTOR = `
const { createServer } = require("node:http"); const { gunzipSync } = require("node:zlib");
let spans = 0, links = 0;
const count = (body, word) => { let n = 0; for (let at = -1; (at = body.indexOf(word, at + 1)) >= 0; ) n += 1; return n; };
createServer((request, answer) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
    const body = gunzipSync(Buffer.concat(chunks));
    spans += count(body, '"startTimeUnixNano"'); links += count(body, '"vice.link.reason"');
    answer.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
}).listen(0, "127.0.0.1", function () { process.send(this.address().port); });
process.on("message", () => { process.send({ spans, links }); spans = links = 0; });
`;

interface Collector {
  url: string;
  /** What came since it was asked last. */
  count: () => Promise<{ spans: number; links: number }>;
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
      const [came] = (await once(child, "message")) as [{ spans: number; links: number }];
      return came;
    },
    stop: () => void child.kill(),
  };
}

/** The same spans, made from nothing and sent one request after the other. */
async function fromMemory(url: string): Promise<number> {
  const compress = promisify(gzip);
  const began = performance.now();
  for (let from = 0; from < SPANS; from += 500) {
    const spans = Array.from({ length: 500 }, (_, at) => {
      const { subject, data } = aloneOf(from + at);
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

interface Exported {
  perSecond: number;
  cpuUs: number;
  /** Memory of the process at a fifth of the way and at its highest after that. */
  earlyMiB: number;
  highestMiB: number;
  /** Processor time of the longest piece of work that lets nobody else in. */
  longestMs: number;
}

async function fromStore(store: Store, url: string): Promise<Exported> {
  const outbound = (ownHost: string | null) => createRestrictedHttp({ allowPrivateHosts: [], ownHost });
  const config = otlpExporterSchema.parse({ url, history: true });
  const exporters = createExporters(() => config, { outbound, env: {}, now: Date.now, version: "0" });
  const [exporter] = exporters.list();
  if (exporter === undefined) throw new Error("there is no exporter");
  let [sent, early, highest, longestMs] = [0, 0, 0, 0];
  const timed = <T>(body: () => T): T => {
    const before = process.threadCpuUsage();
    const made = body();
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    return made;
  };
  const telling: Store["telling"] = { after: (...given) => timed(() => store.telling.after(...given)) };
  const services = { store: { ...store, telling } };
  const sender = createSender({ services, now: Date.now, signal: new AbortController().signal });
  const send: typeof exporter.send = (items, signal) => {
    sent += items.length;
    const { rss } = process.memoryUsage();
    if (sent > SPANS / 5 && early === 0) early = rss;
    highest = Math.max(highest, rss);
    return timed(() => exporter.send(items, signal));
  };
  const before = process.cpuUsage();
  const began = performance.now();
  await sender.send({ ...exporter, send });
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const inMiB = { earlyMiB: early / MIB, highestMiB: highest / MIB };
  return { perSecond: (SPANS / ms) * 1000, cpuUs: (user + system) / SPANS, ...inMiB, longestMs };
}

/** One history, exported as a whole. @throws when not every span and link arrived */
async function exported(
  folder: string,
  collector: Collector,
  { told, links }: { told: (n: number) => Told; links: number },
): Promise<Exported> {
  const store = filled(folder, SPANS, told);
  await collector.count();
  const made = await fromStore(store, collector.url);
  const came = await collector.count();
  store.close();
  if (came.spans !== SPANS || came.links !== links)
    throw new Error(`${came.spans} of ${SPANS} spans arrived, with ${came.links} of ${links} links`);
  return made;
}

export function otlpBench({ quick }: Size): Promise<Row[]> {
  return inScratch(async (folder) => {
    const collector = await startCollector();
    try {
      const work = await exported(join(folder, "work"), collector, {
        ...{ told: workOf, links: SPANS * LINKS_OF_WORK },
      });
      const reference = await fromMemory(collector.url);
      const alone = quick
        ? null
        : await exported(join(folder, "alone"), collector, { told: aloneOf, links: 0 });
      const row = (what: string, { perSecond, cpuUs }: Exported): Row => ({
        ...{ what, value: perSecond, unit: "spans/s", referenceValue: reference, ratio: perSecond / 20_000 },
        reference: `20,000 spans/s; the same from memory, one request after the other: ${Math.round(reference)}`,
        ...{ goal: ">= 1x", cpuUs },
      });
      const grewMiB = work.highestMiB - work.earlyMiB;
      return [
        row(`export ${SPANS} spans by OTLP, with what led to each as links`, work),
        ...(alone === null ? [] : [row(`export ${SPANS} deployments by OTLP that nothing led to`, alone)]),
        {
          what: `memory at ${SPANS} spans beyond that at ${SPANS / 5} (${Math.round(work.earlyMiB)} MiB)`,
          ...{ value: grewMiB, unit: "MiB", referenceValue: 100, ratio: grewMiB / 100 },
          ...{ reference: "100 MiB", goal: "< 1x" },
        },
        {
          what: "the longest that an export keeps other requests waiting",
          ...{ value: work.longestMs, unit: "ms", referenceValue: 20, ratio: work.longestMs / 20 },
          ...{ reference: "20 ms", goal: "< 20 ms" },
        },
      ];
    } finally {
      collector.stop();
    }
  });
}
