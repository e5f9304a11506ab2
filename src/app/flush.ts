/** Hands the spool over: to the server that is named, to the one that runs on this home, or to the local store. */
import { drainInto, drainTo, foldersFor, hasSpool, spoolOf } from "../doors/cli/place/drain.ts";
import { findServer } from "../doors/cli/place/find-server.ts";
import { type ServerLink, send } from "../doors/cli/place/server-link.ts";
import { type Problem, ServerProblem, toProblem } from "../doors/cli/problem.ts";
import { count } from "../kit/count.ts";
import { sayDuration } from "../kit/duration.ts";
import { ViceError } from "../kit/errors.ts";
import { recordsIn, type WaitingFor, waitingFor } from "../parts/data/index.ts";
import { type Env, homeOf, loadServerConfig } from "./config/server-config.ts";
import { wire } from "./wire.ts";

export interface Flushed {
  records: number;
  /** Where they went: an address, or `the local store`. */
  to: string;
  /** What stays here, because it was recorded for another server. */
  waiting: WaitingFor[];
}

const LOCAL = "the local store";

/** @throws ServerProblem, ViceError `store.*`, saying how many records wait; what was not acknowledged stays in the spool */
export async function flushSpool(env: Env, timeoutMs: number): Promise<Flushed> {
  const home = homeOf(env);
  const server = await findServer(env, home);
  const records =
    server === null ? await toStore(env, home, timeoutMs) : await toServer(home, server, timeoutMs);
  return { records, to: server?.url ?? LOCAL, waiting: await waitingFor(spoolOf(home)) };
}

async function toStore(env: Env, home: string, timeoutMs: number): Promise<number> {
  if (!(await hasSpool(spoolOf(home)))) return 0;
  const config = loadServerConfig(env, { home });
  const wired = await wire({ config, env, mode: "write", waitMs: timeoutMs });
  try {
    return (await drainInto(home, wired)).delivered;
  } finally {
    await wired.close();
  }
}

async function toServer(home: string, server: ServerLink, timeoutMs: number): Promise<number> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const waiting = await Promise.all(foldersFor(home, server).map(hasSpool));
    if (waiting.includes(true)) return (await drainTo(home, server, signal)).delivered;
    await send(server, { method: "GET", path: "/healthz", signal });
    return 0;
  } catch (thrown) {
    const problem = `no answer within ${sayDuration(timeoutMs)}`;
    const late = signal.aborted ? new ViceError("server.unreachable", { url: server.url, problem }) : thrown;
    throw new ServerProblem(await withWaiting(toProblem(late), foldersFor(home, server)));
  }
}

async function withWaiting(problem: Problem, folders: readonly string[]): Promise<Problem> {
  const waiting = (await Promise.all(folders.map(recordsIn))).reduce((sum, each) => sum + each, 0);
  const [folder = ""] = folders;
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
