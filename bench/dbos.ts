/** DBOS on PostgreSQL as a peer: brought here when it can be, on a database of its own that goes away again. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startPostgres } from "./postgres.ts";
import { keptFolder } from "./scratch.ts";

const VERSION = "5.3.0";
const CHILD = resolve(import.meta.dirname, "dbos-child.ts");
const INSTALL_MS = 120_000;
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
    const { url, version, stop } = await startPostgres("dbos");
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
