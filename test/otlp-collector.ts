// A collector on loopback for tests: unpacks what it is sent, keeps the spans, and answers as the test says.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import type { OtlpResource, OtlpSpan, OtlpTraces } from "../src/domain/otlp/otlp.ts";

export interface CollectorAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** What it says to the spans of one request; `undefined` = it takes them. */
export type Judge = (spans: OtlpSpan[]) => CollectorAnswer | undefined;

export interface Collector {
  url: string;
  /** Of all requests that it took. */
  spans: OtlpSpan[];
  resources: OtlpResource[];
  headers: Array<Record<string, unknown>>;
  paths: string[];
  judge: (judge: Judge) => void;
  /** Nobody listens any more. */
  stop: () => Promise<void>;
  /** Listens again, on the same port. */
  start: () => Promise<void>;
}

export async function otlpCollector(): Promise<Collector> {
  let judged: Judge = () => undefined;
  let server: Server | null = null;
  let port = 0;
  const collector: Collector = {
    ...{ url: "", spans: [], resources: [], headers: [], paths: [] },
    judge: (judge) => {
      judged = judge;
    },
    stop: async () => {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve) ?? resolve(null));
      server = null;
    },
    start: async () => {
      const fresh = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          const raw = Buffer.concat(chunks);
          const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
          const { resourceSpans } = JSON.parse(plain.toString("utf8")) as OtlpTraces;
          const spans = resourceSpans.flatMap((each) => each.scopeSpans.flatMap((scope) => [...scope.spans]));
          collector.headers.push(request.headers);
          collector.paths.push(request.url ?? "");
          const answer = judged(spans) ?? { status: 200 };
          if (answer.status === 200) {
            collector.spans.push(...spans);
            collector.resources.push(...resourceSpans);
          }
          response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
          response.end(answer.body ?? "{}");
        });
      });
      await new Promise<void>((resolve) => fresh.listen(port, "127.0.0.1", resolve));
      ({ port } = fresh.address() as AddressInfo);
      collector.url = `http://127.0.0.1:${port}`;
      server = fresh;
    },
  };
  await collector.start();
  return collector;
}
