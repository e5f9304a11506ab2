/** A server for tests of the page: the built files under the real policy, the mock API, a stream to push changes into. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import type { Activity } from "../../src/domain/activity.ts";
import { runCommand } from "./commands.ts";
import { answer, createWorld, type World } from "./routes.ts";

export const POLICY =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export interface MockOptions {
  /** Folder of the built page. */
  files: string;
  port?: number;
  nowMs?: number;
  empty?: boolean;
  mode?: "open" | "none";
}

export interface MockServer {
  url: string;
  world: World;
  /** A deployment arrives: it stands in the history and the stream tells. */
  arrive: (activity: Activity) => void;
  /** Cuts every open stream. */
  dropStreams: () => void;
  stop: () => Promise<void>;
}

export async function startMock(options: MockOptions): Promise<MockServer> {
  const world = createWorld(options.nowMs ?? Date.now(), options.empty === true, options.mode ?? "open");
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    handle(world, streams, options.files, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  let seq = 0;
  const tell = (event: string, data: unknown): void => {
    seq += 1;
    for (const stream of streams)
      stream.write(`id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    arrive: (activity) => {
      receive(world, activity);
      const { id, kind, service, environment, status, source, occurredAt } = activity;
      tell("activity", { id, kind, service, environment, status, source, occurredAt });
      tell("source", { source, instance: null, outcome: "accepted" });
    },
    dropStreams: () => {
      for (const stream of streams) stream.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function receive(world: World, activity: Activity): void {
  world.arrived.unshift(activity);
  const deployment = { ...activity, kind: "deployment" as const };
  const cell = world.status.find(
    (one) => one.service === activity.service && one.environment === activity.environment,
  );
  if (cell === undefined) return;
  cell.lastAttempt = deployment;
  if (activity.status === "succeeded") cell.running = deployment;
}

async function handle(
  world: World,
  streams: Set<ServerResponse>,
  files: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://mock");
  if (url.pathname === "/v1/stream") return openStream(streams, response);
  if (url.pathname.startsWith("/v1/commands/")) {
    const input: unknown = JSON.parse(await bodyOf(request));
    return json(response, 200, runCommand(world, url.pathname.slice("/v1/commands/".length), input));
  }
  if (url.pathname === "/v1/session") {
    world.mode = "open";
    response.writeHead(204).end();
    return;
  }
  if (url.pathname.startsWith("/v1/")) {
    const { status, body } = answer(world, url.pathname, url.searchParams);
    return json(response, status, body);
  }
  return file(files, url.pathname, response);
}

function openStream(streams: Set<ServerResponse>, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 300\n\n");
  streams.add(response);
  response.on("close", () => streams.delete(response));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? "{}" : text;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Every address without a file is a page: index.html answers, as on the real server. */
async function file(files: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = extname(path) === "" ? "/index.html" : normalize(path);
  const body = await readFile(join(files, wanted)).catch(() => null);
  if (body === null) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(wanted)] ?? "application/octet-stream",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
