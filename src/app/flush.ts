/** Hands the spool over: to the server that is named, to the one that runs on this home, or to the local store. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { drainInto, drainTo, hasSpool, spoolOf } from "../doors/cli/place/drain.ts";
import { findServer } from "../doors/cli/place/find-server.ts";
import { type ServerLink, send } from "../doors/cli/place/server-link.ts";
import { type Problem, ServerProblem, toProblem } from "../doors/cli/problem.ts";
import { count } from "../kit/count.ts";
import { sayDuration } from "../kit/duration.ts";
import { ViceError } from "../kit/errors.ts";
import { type Env, homeOf, loadServerConfig } from "./config/server-config.ts";
import { wire } from "./wire.ts";

export interface Flushed {
  records: number;
  /** Where they went: an address, or `the local store`. */
  to: string;
}

const LOCAL = "the local store";

/** @throws ServerProblem, ViceError `store.*`, saying how many records wait; what was not acknowledged stays in the spool */
export async function flushSpool(env: Env, timeoutMs: number): Promise<Flushed> {
  const home = homeOf(env);
  const server = await findServer(env, home);
  if (server !== null) return { records: await toServer(home, server, timeoutMs), to: server.url };
  if (!(await hasSpool(home))) return { records: 0, to: LOCAL };
  const config = loadServerConfig(env, { home });
  const wired = await wire({ config, env, mode: "write", waitMs: timeoutMs });
  try {
    const { delivered } = await drainInto(home, wired);
    return { records: delivered, to: LOCAL };
  } finally {
    await wired.close();
  }
}

async function toServer(home: string, server: ServerLink, timeoutMs: number): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    if (await hasSpool(home)) return (await drainTo(home, server, signal)).delivered;
    await send(server, { method: "GET", path: "/healthz", signal });
    return 0;
  } catch (thrown) {
    const problem = `no answer within ${sayDuration(timeoutMs)}`;
    const late = signal.aborted ? new ViceError("server.unreachable", { url: server.url, problem }) : thrown;
    throw new ServerProblem(await withWaiting(toProblem(late), spoolOf(home)));
  }
}

async function withWaiting(problem: Problem, folder: string): Promise<Problem> {
  const waiting = await recordsIn(folder);
  const said =
    waiting === 0
      ? "Nothing waits here"
      : `${count(waiting, "record")} ${waiting === 1 ? "waits" : "wait"} in ${folder}`;
  return {
    ...problem,
    hint: `${said}; nothing is lost.\n${problem.hint}`,
    details: { ...problem.details, waiting, folder },
  };
}

/** Whole lines of all files but the one with what is no record. */
async function recordsIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".ndjson") && name !== "damaged.ndjson");
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8").catch(() => "")));
  return texts.flatMap((text) => text.split("\n")).filter((line) => line.trim() !== "").length;
}
