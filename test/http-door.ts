// Starts the real HTTP door over the real store and intake, in a home of its own, for tests.
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { type Wired, wire } from "../src/app/wire.ts";
import { createHttpDoor, type HttpDoorOptions } from "../src/doors/http/index.ts";
import type { Command } from "../src/kit/command.ts";
import { dataCommands } from "../src/parts/data/index.ts";
import { vizCommands } from "../src/parts/viz/index.ts";
import type { ServerConfig, Services } from "../src/ports/services.ts";

export interface DoorSetup {
  /** Changes to the configuration. */
  config?: Partial<ServerConfig>;
  /** Changes to the services, for faults that a real store does not have on demand. */
  services?: (services: Services) => Partial<Services>;
  commands?: readonly Command<Services>[];
  env?: Record<string, string>;
  door?: Partial<HttpDoorOptions>;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The body as JSON; throws when it is none. */
  json<T = Record<string, unknown>>(): T;
}

export interface AskOptions {
  method?: string;
  /** Lower-case; also ones that fetch does not let through (Host, Origin). */
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface TestDoor {
  url: string;
  port: number;
  services: Wired["services"];
  log: string[];
  ask(path: string, options?: AskOptions): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Makes a token straight in the store. */
  token(...scopes: string[]): Promise<string>;
  close(): Promise<void>;
}

export async function startDoor(setup: DoorSetup = {}): Promise<TestDoor> {
  const home = mkdtempSync(join(tmpdir(), "vice-door-"));
  const env = { VICE_HOME: home, ...setup.env };
  const config = { ...loadServerConfig(env, { port: 0 }), ...setup.config };
  const wired = await wire({ config, env, mode: "write" });
  const services = { ...wired.services, ...setup.services?.(wired.services) };
  const log: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, done) => {
      log.push(String(chunk));
      done();
    },
  });
  const door = await createHttpDoor({
    services,
    commands: [...(setup.commands ?? []), ...dataCommands, ...vizCommands],
    host: "127.0.0.1",
    port: 0,
    dashboardDir: null,
    logger: pino({ level: "debug" }, sink),
    ...setup.door,
  });
  const { port } = new URL(door.url);
  const ask: TestDoor["ask"] = (path, options) => send(Number(port), path, options);
  return {
    url: door.url,
    port: Number(port),
    services: wired.services,
    log,
    ask,
    post: (path, body, headers = {}) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    token: async (...scopes) => {
      const create = dataCommands.find(({ id }) => id === "token.create");
      const ctx = {
        services: wired.services,
        principal: { id: "test", name: "test", scopes: ["admin"] as const },
        now: setup.door?.now ?? Date.now,
        progress: () => undefined,
        signal: new AbortController().signal,
      };
      const made = (await create?.run({ name: `t-${scopes.join("-")}`, scopes }, ctx)) as { token: string };
      return made.token;
    },
    close: async () => {
      await door.close();
      await wired.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Like fetch, but sends exactly the headers and the path that it is given. */
function send(port: number, path: string, options: AskOptions = {}): Promise<Reply> {
  const { method = "GET", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const call = httpRequest({ host: "127.0.0.1", port, path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const flat = Object.entries(answer.headers).map(([name, value]) => [name, [value].flat().join("\n")]);
        const json = <T>(): T => JSON.parse(text) as T;
        resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(flat), text, json });
      });
      answer.on("error", reject);
    });
    call.on("error", reject);
    call.end(body);
  });
}
