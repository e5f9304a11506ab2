/** `vice demo`: starts a server on a home of its own, plays Example Shop into it, and stops cleanly. */
import { mkdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { isAbsolute, join, relative } from "node:path";
import { ViceError } from "../../kit/errors.ts";
import type { Env } from "../config/server-config.ts";
import { readServerRecord, spoolFolder } from "../home.ts";
import { ENVIRONMENTS, SERVICES, UNMATCHED } from "./company.ts";
import { demoConfig } from "./config.ts";
import { playDemo } from "./play.ts";
import { playRuns } from "./runs.ts";
import { TOOL_NAMES } from "./tools/table.ts";

/** What the demonstration needs of a server. */
export interface DemoServer {
  url: string;
  close: () => Promise<void>;
}

export type StartDemoServer = (options: {
  env: Env;
  home: string;
  config: string;
  host: string;
  port: number;
  demo: true;
}) => Promise<DemoServer>;

export interface DemoOptions {
  env: Env;
  startServer: StartDemoServer;
  /** For people: one line, without the newline. */
  print: (line: string) => void;
  /** Default 4400, or a free one when that is taken. */
  port?: number | undefined;
  speed?: number;
  /** Stop: without one, INT and TERM stop it. */
  signal?: AbortSignal;
}

const HOST = "127.0.0.1";
const USUAL_PORT = 4400;

/** Never the user's home: a folder of its own in the cache, wiped at each start. */
export function demoHome(env: Env): string {
  const cache = env["XDG_CACHE_HOME"];
  if (cache !== undefined && isAbsolute(cache)) return join(cache, "vice-demo");
  const home = env["HOME"] || homedir();
  return home ? join(home, ".cache", "vice-demo") : join(tmpdir(), "vice-demo");
}

/** Resolves with the exit code when it was stopped. @throws ViceError `store.busy` when the demonstration runs already */
export async function demo(options: DemoOptions): Promise<number> {
  const { env, print, speed = 1, signal = stopSignal() } = options;
  const home = freshHome(env);
  const { file, secrets } = demoConfig(home);
  mkdirSync(spoolFolder(home), { recursive: true, mode: 0o700 });
  const server = await start(options, home, file);
  try {
    const { url } = server;
    for (const line of welcome(url, howToCall(process.argv[1], process.cwd()))) print(line);
    await playDemo({
      ...{ url, secrets, signal, speed, spoolFolder: spoolFolder(home), now: Date.now },
      afterPast: () => playRuns({ url, home, signal }),
      onCaughtUp: (deliveries) =>
        print(
          `\n${deliveries} deliveries of the last two weeks are in; a deployment moves every few seconds.`,
        ),
      onTrouble: (error) =>
        print(`a delivery was not taken: ${error instanceof Error ? error.message : String(error)}`),
    });
  } finally {
    await server.close();
  }
  return 0;
}

function freshHome(env: Env): string {
  const home = demoHome(env);
  const running = readServerRecord(home);
  if (running !== null) {
    throw new ViceError("store.busy", {
      home,
      pid: running.pid,
      hint: `The demonstration runs already: open ${running.url}, or stop process ${running.pid} first.`,
    });
  }
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return home;
}

async function start(
  { env, startServer, port }: DemoOptions,
  home: string,
  config: string,
): Promise<DemoServer> {
  const own = withoutSettings(env);
  const asked = { env: own, home, config, host: HOST, demo: true } as const;
  try {
    return await startServer({ ...asked, port: port ?? USUAL_PORT });
  } catch (error) {
    if (port !== undefined || !isPortTaken(error)) throw error;
    return startServer({ ...asked, port: 0 });
  }
}

/** The system's error, or the one that was made of it. */
function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "EADDRINUSE") || isPortTaken(error.cause);
}

/** Settings and secrets of the user's own server have no say in the demonstration. */
function withoutSettings(env: Env): Env {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("VICE_") || name === "VICE_LOG_LEVEL");
  return { VICE_LOG_LEVEL: "warn", ...Object.fromEntries(kept) };
}

function welcome(url: string, command: string): string[] {
  return [
    "",
    `  Example Shop is open:  ${url}`,
    "",
    `  ${SERVICES.length} services and ${UNMATCHED.length} names that nobody matched yet, ${TOOL_NAMES.length} tools, ${ENVIRONMENTS.length} environments, all made up. In a second terminal try:`,
    `    export VICE_SERVER=${url}`,
    `    ${command} status                what runs where`,
    `    ${command} trace SHOP-83         one piece of work, from its ticket to production`,
    `    ${command} metrics dora          is delivery getting better?`,
    "",
    "  Your own data, in a place of its own:",
    "    npm install -g vice-deploy",
    "    vice serve                 then open Sources and connect the first tool",
    "",
    "  Stop with Ctrl-C. The next start begins anew.",
  ];
}

/** `vice` where it is installed; in a checkout, which puts nothing on the PATH, the file itself. */
export function howToCall(script: string | undefined, folder: string): string {
  if (script === undefined || !script.endsWith(".cjs")) return "vice";
  const path = relative(folder, script);
  return path.startsWith("..") ? "vice" : `./${path}`;
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return controller.signal;
}
