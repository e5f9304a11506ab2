/** Runs a command on a server and waits for it, however long it takes. */
import { setTimeout as wait } from "node:timers/promises";
import type { ProgressPart } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Progress } from "../output/progress.ts";
import { problemOf, ServerProblem } from "../problem.ts";
import { type Asking, ask, type ServerLink } from "./server-link.ts";

export interface RemoteCall {
  id: string;
  input: unknown;
  effect: "read" | "write" | "danger";
  progress: Progress["show"];
  signal: AbortSignal;
}

/** Seconds after which the server answers with a run to look at. */
const PATIENCE = "wait=0.5";
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;

/** The server did not bring it to its end, as far as one can see from here; and it does not stop because this process ends. */
export class GoesOn extends ViceError {}

/** @throws ServerProblem, ViceError `server.unreachable` */
export async function runRemote(link: ServerLink, call: RemoteCall): Promise<unknown> {
  const { id, input, effect, signal } = call;
  const isRead = effect === "read";
  const headers: Record<string, string> = isRead ? {} : { "idempotency-key": uuidv7(), prefer: PATIENCE };
  const path = `/v1/commands/${encodeURIComponent(id)}`;
  const asking: Asking = { method: "POST", path, json: input, headers };
  // What writes is carried out even when nobody waits for its answer: it is asked to stop, below.
  const { status, body } = await ask(link, isRead ? { ...asking, signal } : asking);
  const answer = Object(body) as Record<string, unknown>;
  return status === 202 && typeof answer["run"] === "string"
    ? follow(link, answer["run"], call)
    : answer["result"];
}

async function follow(link: ServerLink, id: string, call: RemoteCall): Promise<unknown> {
  const { effect, progress, signal } = call;
  const isRead = effect === "read";
  const path = `/v1/runs/${encodeURIComponent(id)}`;
  let isAsked = false;
  let run: string | null = null;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    if (!isRead && signal.aborted && !isAsked) {
      isAsked = true;
      await cancel(link, path, run);
    }
    const asking: Asking = isRead ? { method: "GET", path, signal } : { method: "GET", path };
    const { body } = await ask(link, asking).catch((error) => {
      throw isRead ? error : lost(link, error, run);
    });
    const { state, result, error, progress: seen } = Object(body) as Record<string, unknown>;
    run = tell(seen, progress) ?? run;
    if (state === "succeeded") return result;
    if (state === "failed") throw new ServerProblem(problemOf(500, { error }));
    const paused = wait(pauseMs, undefined, isAsked ? {} : { signal });
    await (isRead ? paused : paused.catch(() => {}));
  }
}

/** @returns the run of a pipeline that it is, if it is one */
function tell(seen: unknown, progress: RemoteCall["progress"]): string | null {
  const { share, what, parts, run } = Object(seen) as Record<string, unknown>;
  const id = typeof run === "string" ? run : null;
  if (typeof what !== "string") return id;
  const known = Array.isArray(parts) ? (parts as ProgressPart[]) : undefined;
  progress(typeof share === "number" ? share : null, what, known, id ?? undefined);
  return id;
}

/** @throws GoesOn when that server is too old to be asked, or is gone */
async function cancel(link: ServerLink, path: string, run: string | null): Promise<void> {
  try {
    await ask(link, { method: "POST", path: `${path}/cancel` });
  } catch (error) {
    if (!(error instanceof ServerProblem)) throw lost(link, error, run);
    const stop = run === null ? "See: vice auto runs" : `Stop it: vice auto cancel ${run} --reason "..."`;
    throw new GoesOn(
      "conflict",
      { message: `It goes on at the server: ${error.problem.message}`, hint: stop },
      error,
    );
  }
}

/** In the middle of it the server ended, or another one came in its place that knows nothing of this request. */
function lost(link: ServerLink, error: unknown, run: string | null): unknown {
  const isAnother = error instanceof ServerProblem && error.problem.code === "not-found";
  const isGone = error instanceof ViceError && error.code === "server.unreachable";
  if (!isGone && !isAnother) return error;
  const message = isGone
    ? `${error.message} It ended, or was cut off, while it carried this out.`
    : `The vice server ${link.url} was started anew while it carried this out.`;
  const start = isGone ? "The next start of the server (vice serve)" : "It";
  const hint =
    run === null
      ? "Look what is done before you ask again: vice auto runs"
      : `${start} goes on with the run ${run}. Look at it: vice auto show ${run}`;
  return new GoesOn("server.unreachable", { message, hint }, error);
}
