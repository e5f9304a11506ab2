// A whole house in a temporary home: real store, real sources and real intake, with a clock that the test sets.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { type Wired, wire } from "../src/app/wire.ts";
import { type Command, type CommandContext, invoke } from "../src/kit/command.ts";
import type { HookResult, ServerConfig, Services } from "../src/ports/services.ts";
import { contextOf } from "./data-services.ts";

/** One webhook as a tool sends it. */
export interface Sent {
  source: string;
  instance?: string | null;
  headers?: Record<string, string>;
  body: unknown;
}

export interface WiredHouse {
  home: string;
  wired: Wired;
  services: Services;
  /** The present moment, milliseconds since 1970. */
  clock: { nowMs: number };
  send: (sent: Sent) => Promise<HookResult>;
  /** Runs a command as any door does. */
  run: (
    command: Command<Services>,
    input: unknown,
    over?: Partial<CommandContext<Services>>,
  ) => Promise<unknown>;
  close: () => Promise<void>;
}

export const NOON = Date.parse("2026-11-20T12:00:00.000Z");

export async function openWired(
  config: Partial<ServerConfig> = {},
  home = mkdtempSync(join(tmpdir(), "vice-wired-")),
): Promise<WiredHouse> {
  const clock = { nowMs: NOON };
  const env = { VICE_HOME: home, VICE_CONFIG: undefined };
  const loaded: ServerConfig = { ...loadServerConfig(env), ...config };
  const wired = await wire({ config: loaded, env, mode: "write", waitMs: 0, now: () => clock.nowMs });
  const { services } = wired;
  return {
    home,
    wired,
    services,
    clock,
    send: ({ source, instance = null, headers = {}, body }) =>
      services.intake.receive({
        ...{ source, instance, key: null, allowUnsigned: true },
        headers: { "content-type": "application/json", ...headers },
        rawBody: Buffer.from(JSON.stringify(body)),
      }),
    run: (command, input, over = {}) =>
      invoke(command, input, contextOf(services, { now: () => clock.nowMs, ...over })),
    close: async () => {
      await wired.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
