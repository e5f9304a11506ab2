/** DBOS on PostgreSQL as a peer: brought here when it can be, on a database of its own that goes away again. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { keptFolder } from "./scratch.ts";

const VERSION = "5.3.0";
const CHILD = resolve(import.meta.dirname, "dbos-child.ts");
const INSTALL_MS = 120_000;
const START_MS = 30_000;
/** Longer than any of its runs here. */
const CHILD_MS = 60_000;

export interface DbosPeer {
  name: string;
  /** Milliseconds for each of so many steps that do nothing. */
  noOpStep(steps: number): Promise<number>;
  /** Milliseconds from launch (connecting is part of it, as opening the store is not of ours) to the next step of a run of so many that was killed after a second. */
  recovery(steps: number): Promise<number>;
  sideBySide(): Promise<number>;
  stop(): Promise<void>;
}

/** @returns `null`, with a word on stderr, where PostgreSQL or the package cannot be had */
export async function dbosPeer(): Promise<DbosPeer | null> {
  try {
    const sdk = sdkEntry();
    const { url, version, stop } = await startPostgres();
    const ask = (...words: string[]): Promise<number> => childSays(/took ([\d.]+)/, null, sdk, url, ...words);
    return {
      name: `DBOS ${VERSION} on PostgreSQL ${version}`,
      noOpStep: async (steps) => (await ask("no-ops", String(steps))) / steps,
      sideBySide: () => ask("wide", "4"),
      recovery: async (steps) => {
        await childSays(/begun (\d+)/, 1000, sdk, url, "long", String(steps));
        return childSays(/begun (\d+)/, 50, sdk, url, "resume");
      },
      stop,
    };
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    process.stderr.write(`runs: without DBOS beside it: ${why}\n`);
    return null;
  }
}

/** Not a dependency of ours: it lies in the cache of the benchmarks. */
function sdkEntry(): string {
  const folder = keptFolder(`dbos-${VERSION}`);
  const entry = join(folder, "node_modules/@dbos-inc/dbos-sdk/dist/src/index.js");
  if (existsSync(entry)) return entry;
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  const words = ["install", "--no-audit", "--no-fund", "--ignore-scripts", `@dbos-inc/dbos-sdk@${VERSION}`];
  execFileSync("npm", words, { cwd: folder, stdio: "ignore", timeout: INSTALL_MS });
  return entry;
}

async function startPostgres(): Promise<{ url: string; version: string; stop: () => Promise<void> }> {
  const user = userOf();
  // Its user must be able to come there.
  const folder = keptFolder(`postgres-${process.pid}`);
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const own = user ?? {};
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "bench", "-A", "trust", "--no-instructions"];
  execFileSync("initdb", init, { ...own, cwd: folder, stdio: "ignore", timeout: START_MS });
  const port = await freePort();
  const words = ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder];
  const server = spawn("postgres", words, { ...own, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  await ready(server);
  const [, version = ""] =
    /(\d[\d.]*)/.exec(execFileSync("postgres", ["--version"], { encoding: "utf8" })) ?? [];
  return {
    url: `postgresql://bench@127.0.0.1:${port}/dbos`,
    version,
    stop: async () => {
      if (server.exitCode === null) {
        server.kill("SIGINT");
        await once(server, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root; its package makes a user for it. */
function userOf(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const ask = (flag: string): number =>
    Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  return { uid: ask("-u"), gid: ask("-g") };
}

async function ready(server: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((done, fail) => {
    const timer = setTimeout(() => fail(new Error("PostgreSQL did not start in time")), START_MS);
    server.once("error", fail);
    server.once("exit", () => fail(new Error(`PostgreSQL did not start: ${said.slice(-300)}`)));
    server.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000);
      if (!said.includes("ready to accept connections")) return;
      clearTimeout(timer);
      done();
    });
  });
  server.removeAllListeners("exit");
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Runs the child; after its first word it is killed when that is wanted. @returns the number that it said */
async function childSays(word: RegExp, killAfterMs: number | null, ...words: string[]): Promise<number> {
  const child = spawn(process.execPath, [CHILD, ...words], { stdio: ["ignore", "pipe", "ignore"] });
  const limit = setTimeout(() => child.kill("SIGKILL"), CHILD_MS);
  let said = "";
  const told = new Promise<void>((done) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (word.test(said)) done();
    });
  });
  const ended = once(child, "exit");
  await Promise.race([told, ended]);
  if (killAfterMs !== null) {
    await new Promise((done) => setTimeout(done, killAfterMs));
    child.kill("SIGKILL");
  }
  await ended;
  clearTimeout(limit);
  return Number(word.exec(said)?.[1] ?? Number.NaN);
}
