// Starts Jaeger (all in one, in memory) on free ports of loopback, for tests: a receiver and viewer of spans that is not ours.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export interface JaegerSpan {
  spanID: string;
  operationName: string;
  references: Array<{ refType: string; traceID: string; spanID: string }>;
  tags: Array<{ key: string; value: unknown }>;
  duration: number;
}

export interface Jaeger {
  /** Where it takes OTLP over HTTP. */
  otlp: string;
  /** The spans of a trace as its own API and page show them; empty when it knows none. */
  trace: (traceId: string) => Promise<JaegerSpan[]>;
  services: () => Promise<string[]>;
  stop: () => Promise<void>;
}

/** Every listener that it has, by the flag that says where (Jaeger 1.42, `all-in-one help`). */
const LISTENERS = [
  "collector.otlp.http.host-port",
  "collector.otlp.grpc.host-port",
  "query.http-server.host-port",
  "query.grpc-server.host-port",
  "admin.http.host-port",
  "collector.grpc-server.host-port",
  "collector.http-server.host-port",
  "http-server.host-port",
  "processor.jaeger-binary.server-host-port",
  "processor.jaeger-compact.server-host-port",
  "processor.zipkin-compact.server-host-port",
] as const;

/** Free at this moment; what takes one in between makes the start fail, and it is tried again with others. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server, "listening");
      const address = server.address();
      return typeof address === "object" && address !== null ? address.port : 0;
    }),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** @param ports from a former one, so that it comes back where it was */
export async function startJaeger(program: string, ports: readonly number[]): Promise<Jaeger> {
  const flags = LISTENERS.map((name, at) => `--${name}=127.0.0.1:${ports[at]}`);
  const env = { PATH: process.env.PATH, SPAN_STORAGE_TYPE: "memory", COLLECTOR_OTLP_ENABLED: "true" };
  const child = spawn(program, flags, { env, stdio: "ignore" });
  const query = `http://127.0.0.1:${ports[2]}`;
  await answering(`${query}/api/services`, child);
  await answering(`http://127.0.0.1:${ports[0]}/`, child);
  const asked = async <T>(path: string): Promise<T | null> => {
    const { data } = (await (await fetch(`${query}${path}`)).json()) as { data: T | null };
    return data;
  };
  return {
    otlp: `http://127.0.0.1:${ports[0]}`,
    trace: async (id) => (await asked<Array<{ spans: JaegerSpan[] }>>(`/api/traces/${id}`))?.[0]?.spans ?? [],
    services: async () => (await asked<string[]>("/api/services")) ?? [],
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

export const LISTENER_COUNT = LISTENERS.length;

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`Jaeger ended by itself: ${child.exitCode}`);
    try {
      await fetch(url);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error("Jaeger does not answer");
}
