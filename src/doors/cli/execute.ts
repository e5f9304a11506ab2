/** Runs one command where it belongs, on a server or on the local store, and shows what it gave. */
import { writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type Command, needsStore } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import type { Services } from "../../ports/services.ts";
import type { CliOptions, Env } from "./cli-options.ts";
import type { GlobalValues } from "./global-flags.ts";
import type { Progress } from "./output/progress.ts";
import { progressFor } from "./output/progress-for.ts";
import { checkForm, showResult } from "./output/show-result.ts";
import { takeSpool } from "./place/drain.ts";
import { findServer } from "./place/find-server.ts";
import { runLocal } from "./place/run-local.ts";
import { GoesOn, runRemote } from "./place/run-remote.ts";
import { stopper, type Work } from "./stopper.ts";
import { viceHome } from "./wrapper/home.ts";

export interface Execution {
  options: CliOptions;
  command: Command<Services>;
  input: unknown;
  global: GlobalValues;
  env: Env;
}

/** @returns the exit code. @throws ViceError, ServerProblem */
export async function execute(execution: Execution): Promise<number> {
  const { options, command, global, env } = execution;
  const now = options.now ?? Date.now;
  checkForm(command, global);
  const progress = progressFor(options.stderr, { ...global, env, now });
  const stop = stopper(command.effect !== "read", progress, options.stderr);
  try {
    let code = 0;
    for (let asked: Execution | null = execution; asked !== null; ) {
      const result = await runSomewhere({ ...asked, work: stop.work }, progress, stop.signal, now);
      progress.clear();
      await writeResult(asked, result);
      await showResult(result, { command, global, stdout: options.stdout, env, nowMs: now() });
      const note = global.json || global.quiet ? "" : (command.note?.(result) ?? "");
      if (note !== "") options.stderr.write(`${note}\n`);
      // What was wrong once is not made good by the next time.
      code = command.exit?.(result) || code;
      asked = await following(asked, result, stop.signal);
    }
    return code;
  } catch (error) {
    progress.clear();
    if (!stop.signal.aborted || error instanceof GoesOn) throw error;
    options.stderr.write("Stopped. What is done stays done; run it again to go on.\n");
    return 130;
  } finally {
    stop.release();
  }
}

/** @throws ViceError `input.invalid` */
async function writeResult({ command, input }: Execution, result: unknown): Promise<void> {
  const file = command.writes?.(command.input.parse(input), result) ?? null;
  if (file === null) return;
  await writeFile(file.path, file.text).catch((error: unknown) => {
    const message = `${file.path} cannot be written: ${error instanceof Error ? error.message : ""}`;
    throw new ViceError("input.invalid", { message, hint: "Name another file." }, error);
  });
}

/** What goes on is asked again, when its pause is over; `null` = that was all. */
async function following(asked: Execution, result: unknown, signal: AbortSignal): Promise<Execution | null> {
  const { command } = asked;
  const given: unknown = command.input.parse(asked.input);
  const next = command.again?.(given, result) ?? null;
  if (next === null) return null;
  const ms = command.pauseMs?.(given) ?? 0;
  if (ms > 0) await pause(ms, undefined, { signal });
  return { ...asked, input: next };
}

export interface Asking {
  options: Pick<CliOptions, "openLocal">;
  command: Command<Services>;
  input: unknown;
  env: Env;
  /** Is told where it is carried out, and as which run. */
  work?: Work;
}

/** @throws ViceError, ServerProblem */
export async function runSomewhere(
  { options, command, input, env, work = { isAtServer: false, run: null } }: Asking,
  shown: Progress,
  signal: AbortSignal,
  now: () => number,
): Promise<unknown> {
  const progress: Progress["show"] = (share, what, parts, run) => {
    work.run = run ?? work.run;
    shown.show(share, what, parts, run);
  };
  const home = viceHome(env);
  const server = !needsStore(command, input) ? null : await findServer(env, home);
  if (server === null) {
    return runLocal({
      command,
      input,
      home,
      openLocal: options.openLocal,
      now,
      progress,
      signal,
    });
  }
  work.isAtServer = true;
  await takeSpool(home, server);
  return runRemote(server, {
    id: command.id,
    input,
    effect: command.effect,
    progress,
    signal,
  });
}
