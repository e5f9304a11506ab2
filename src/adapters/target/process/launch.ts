/** Starts an application so that it outlives vice: a group of its own, its own log, its number written down. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, closeSync, mkdirSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ViceError } from "../../../kit/errors.ts";
import { MARKER, startTimeOf } from "./alive.ts";
import { rotate } from "./log-file.ts";
import type { AppPlace } from "./place.ts";
import type { AppProcess } from "./state.ts";

export interface Launch {
  id: string;
  argv: readonly string[];
  /** All of its environment but the port and the marker. */
  env: Readonly<Record<string, string>>;
  port: number;
}

/** @throws ViceError `data.invalid` when it cannot be started at all */
export async function launch(place: AppPlace, { id, argv, env, port }: Launch): Promise<AppProcess> {
  const [command = "", ...args] = argv;
  const file = place.log(id);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  rotate(file);
  const log = openSync(file, "a", 0o600);
  try {
    const child = spawn(command, args, {
      cwd: place.release(id),
      env: { ...env, PORT: String(port), [MARKER]: place.marker(id) },
      detached: true,
      stdio: ["ignore", log, log],
    });
    child.unref();
    // Told only while the vice lives that started it: whoever looks into the log sees it there.
    child.once("exit", (code, signal) =>
      note(file, code === null ? `ended by ${signal}` : `ended with exit code ${code}`),
    );
    await once(child, "spawn");
    const { pid = 0 } = child;
    // It may have ended already: then it has no start time, and is known not to live.
    return { pid, startTime: startTimeOf(pid) ?? "ended", port, startedAt: new Date().toISOString() };
  } catch (error) {
    const reason = Object(error)["code"] === "ENOENT" ? "it is not found" : String(Object(error)["message"]);
    throw new ViceError("data.invalid", {
      message: `${command} cannot be started: ${reason}.`,
      hint: "See `start:` of the target in vice.yaml; it is called in the folder of the release.",
    });
  } finally {
    closeSync(log);
  }
}

export function note(file: string, words: string): void {
  try {
    appendFileSync(file, `[vice: ${words}]\n`, { mode: 0o600 });
  } catch {
    return; // the release was removed
  }
}

/** One that nobody listens on now, and that none of these has. */
export async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = await listenOn(0);
    if (port !== null && !taken.has(port)) return port;
  }
}

const FREE_MS = 1000;

/** Waits a moment until a port that was in use is given back. */
export async function isFree(port: number): Promise<boolean> {
  const end = Date.now() + FREE_MS;
  while ((await listenOn(port)) === null) {
    if (Date.now() > end) return false;
    await wait(50);
  }
  return true;
}

function listenOn(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? null) : null));
    });
  });
}
