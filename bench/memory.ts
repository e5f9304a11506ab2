/** Measures what the built server holds in memory, idle and after many deliveries, beside a bare `node:http` server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { residentBytes, startServer } from "../test/reliability/server.ts";
import { GITHUB_SECRET } from "../test/reliability/signed-delivery.ts";
import { startLoader } from "./children.ts";
import { median, type Row, type Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const MIB = 2 ** 20;
const BARE = `require("node:http").createServer((_, answer) => answer.end("ok")).listen(0, "127.0.0.1", () => console.log("ready"))`;
const ROUNDS = 3;
/** Deliveries that the load generator makes at a time. */
const BATCH = 10_000;

const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2000));

/** A server that does nothing, as `node` starts it, in MiB. */
async function bareMiB(): Promise<number> {
  const child = spawn(process.execPath, ["-e", BARE], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  await idle();
  const bytes = residentBytes(child.pid ?? 0);
  child.kill();
  return bytes / MIB;
}

async function idleMiB(folder: string, round: number): Promise<number> {
  const home = join(folder, `idle-${round}`);
  mkdirSync(home);
  const server = await startServer(home);
  await idle();
  const bytes = residentBytes(server.pid);
  await server.end("SIGTERM");
  return bytes / MIB;
}

async function loadedMiB(folder: string, deliveries: number): Promise<number> {
  const home = join(folder, "loaded");
  mkdirSync(home);
  const server = await startServer(home, { VICE_HOOK_SECRET_GITHUB: GITHUB_SECRET });
  const loader = startLoader();
  for (let from = 0; from < deliveries; from += BATCH) {
    await loader.run({ url: server.url, connections: 32, from, count: BATCH, perSecond: null });
  }
  loader.stop();
  await idle();
  const bytes = residentBytes(server.pid);
  await server.end("SIGTERM");
  return bytes / MIB;
}

export function memoryBench({ quick }: Size): Promise<Row[]> {
  const deliveries = quick ? 100_000 : 1_000_000;
  return inScratch(async (folder) => {
    const bare: number[] = [];
    const own: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await bareMiB());
      own.push(await idleMiB(folder, round));
    }
    const loaded = await loadedMiB(folder, deliveries);
    return [
      row("memory of the idle server", median(own), median(bare), "<= 2.2x"),
      row(`memory after ${deliveries / 1000} k deliveries`, loaded, median(bare), "<= 3.5x"),
    ];
  });
}

function row(what: string, value: number, referenceValue: number, goal: string): Row {
  return {
    what,
    value,
    unit: "MiB",
    reference: "a bare node:http server",
    referenceValue,
    ratio: value / referenceValue,
    goal,
  };
}
