/** Commands that outlive their request: started here, looked up later by their run id. */
import { Canceled } from "../../kit/canceled.ts";
import type { Command, CommandContext, Principal } from "../../kit/command.ts";
import { invoke } from "../../kit/command.ts";
import { errorBody, toViceError, type ViceError } from "../../kit/errors.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { Services } from "../../ports/services.ts";
import type { Door } from "./door.ts";
import { keptRuns } from "./kept-runs.ts";
import type { Run } from "./run.ts";

export type Ended = { run: Run; result: unknown; failure: ViceError | null };

export interface Runs {
  /** Starts a command and forgets it at its end, unless it is kept. `ended` never rejects; a `signal` beside the door's own cancels it earlier. */
  start(
    command: Command<Services>,
    input: unknown,
    principal: Principal,
    signal?: AbortSignal,
  ): { run: Run; ended: Promise<Ended> };
  /** Remembers a run for `get`: its client was answered before its end. */
  keep(run: Run, ended: Promise<unknown>): void;
  get(id: string): Run | null;
  /** Asks it to stop, if it still goes on. */
  cancel(id: string): void;
  /** Before a command that writes begins, and before one that reads goes on. @throws ViceError `rate.limited` */
  requireRoom(principal: Principal): void;
  /** Waits until nothing runs any more, at most so long. */
  settle(limitMs: number): Promise<void>;
}

export function runsOf(door: Door): Runs {
  const kept = keptRuns();
  const active = new Set<Promise<unknown>>();
  const cancels = new Map<string, AbortController>();
  return {
    start: (command, input, principal, signal) => {
      const run = newRun(command.id, principal, door.now());
      const cancel = new AbortController();
      cancels.set(run.id, cancel);
      const signals = [door.closing, cancel.signal, ...(signal === undefined ? [] : [signal])];
      const ended = execute(door, command, input, principal, run, AbortSignal.any(signals));
      active.add(ended);
      void ended.finally(() => {
        active.delete(ended);
        cancels.delete(run.id);
      });
      return { run, ended };
    },
    keep: kept.keep,
    get: kept.get,
    cancel: (id) => cancels.get(id)?.abort(new Canceled()),
    requireRoom: ({ id }) => kept.requireRoom(id),
    settle: async (limitMs) => {
      await Promise.race([Promise.all(active), pause(limitMs)]);
    },
  };
}

function newRun(command: string, principal: Principal, nowMs: number): Run {
  const startedAt = new Date(nowMs).toISOString();
  const open = { progress: null, finishedAt: null, result: null, error: null } as const;
  return { id: uuidv7(nowMs), command, principal: principal.id, state: "running", startedAt, ...open };
}

async function execute(
  door: Door,
  command: Command<Services>,
  input: unknown,
  principal: Principal,
  run: Run,
  signal: AbortSignal,
): Promise<Ended> {
  const progress: CommandContext<Services>["progress"] = (share, what, parts, of) => {
    run.progress = {
      ...{ share, what },
      ...(parts !== undefined && { parts }),
      ...(of !== undefined && { run: of }),
    };
  };
  try {
    const ctx = { services: door.services, principal, now: door.now, progress, signal };
    run.result = await invoke(command, input, ctx, "kept");
    run.state = "succeeded";
    return { run, result: run.result, failure: null };
  } catch (error) {
    const failure = toViceError(error);
    if (failure.code === "bug") door.logger.error({ command: command.id, run: run.id, err: error }, "a bug");
    run.state = "failed";
    run.error = errorBody(failure).error;
    return { run, result: null, failure };
  } finally {
    run.finishedAt = new Date(door.now()).toISOString();
  }
}

/** @returns `null` when it takes longer than that */
export async function within<T>(ended: Promise<T>, limitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
