/** Starts the processes that the benchmarks need: servers and the load generator, and asks them things. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { GITHUB_SECRET } from "../test/reliability/signed-delivery.ts";
import type { Load, LoadResult } from "./load.ts";
import { cpuUsOf } from "./measure.ts";
import type { Question } from "./server.ts";

export interface BenchServer {
  url: string;
  pid: number;
  ask: (question: Question) => Promise<number>;
  /** Processor time so far, in microseconds. */
  cpuUs: () => number;
  stop: () => Promise<void>;
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null): void =>
      reject(new Error(`a process of the benchmark ended with ${code}`));
    child.once("exit", gone);
    child.once("message", (answer) => {
      child.off("exit", gone);
      resolve(answer);
    });
  });
}

/** The load generator's own pauses would be measured as the server's. */
const FEW_COLLECTIONS = ["--max-semi-space-size=128"];

function start(script: string, args: readonly string[], flags: readonly string[] = []): ChildProcess {
  const env = { PATH: process.env.PATH, VICE_HOOK_SECRET_GITHUB: GITHUB_SECRET };
  return fork(join(import.meta.dirname, script), args, { env, execArgv: [...process.execArgv, ...flags] });
}

/** @param kind `storeless` does everything but store */
export async function startServer(home: string, kind: "store" | "storeless"): Promise<BenchServer> {
  const child = start("server.ts", [home, kind]);
  const url = String(await answerOf(child));
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    ask: async (question) => {
      child.send(question);
      return Number(await answerOf(child));
    },
    cpuUs: () => cpuUsOf(pid),
    stop: async () => {
      child.disconnect();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

export interface Loader {
  run: (load: Load) => Promise<LoadResult>;
  stop: () => void;
}

export function startLoader(): Loader {
  const child = start("load.ts", [], FEW_COLLECTIONS);
  return {
    run: async (load) => {
      child.send(load);
      return (await answerOf(child)) as LoadResult;
    },
    stop: () => child.disconnect(),
  };
}
