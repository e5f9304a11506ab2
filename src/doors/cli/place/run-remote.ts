/** Runs a command on a server and waits for it, however long it takes. */
import { setTimeout as wait } from "node:timers/promises";
import type { ProgressPart } from "../../../kit/command.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Progress } from "../output/progress.ts";
import { problemOf, ServerProblem } from "../problem.ts";
import { ask, type ServerLink } from "./server-link.ts";

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

/** @throws ServerProblem, ViceError `server.unreachable` */
export async function runRemote(link: ServerLink, call: RemoteCall): Promise<unknown> {
  const { id, input, effect, signal } = call;
  const headers: Record<string, string> =
    effect === "read" ? {} : { "idempotency-key": uuidv7(), prefer: PATIENCE };
  const path = `/v1/commands/${encodeURIComponent(id)}`;
  const { status, body } = await ask(link, { method: "POST", path, json: input, headers, signal });
  const answer = Object(body) as Record<string, unknown>;
  return status === 202 && typeof answer["run"] === "string"
    ? follow(link, answer["run"], call)
    : answer["result"];
}

async function follow(link: ServerLink, run: string, { progress, signal }: RemoteCall): Promise<unknown> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const { body } = await ask(link, { method: "GET", path: `/v1/runs/${encodeURIComponent(run)}`, signal });
    const { state, result, error, progress: seen } = Object(body) as Record<string, unknown>;
    const { share, what, parts } = Object(seen) as Record<string, unknown>;
    if (typeof what === "string")
      progress(
        typeof share === "number" ? share : null,
        what,
        Array.isArray(parts) ? (parts as ProgressPart[]) : undefined,
      );
    if (state === "succeeded") return result;
    if (state === "failed") throw new ServerProblem(problemOf(500, { error }));
    await wait(pauseMs, undefined, { signal });
  }
}
