/** Runs a command in our place: same stdio, same terminal, signals handed on, exit code as a shell would give it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { isatty } from "node:tty";
import { codeOf } from "./spool.ts";

export interface ChildEnd {
  /** As a shell says it: 128+n for a signal, 127 not found, 126 not executable. */
  readonly exitCode: number;
  /** The signal that killed it. */
  readonly signal: NodeJS.Signals | null;
  /** The signal that asked us to end while it ran. */
  readonly asked: NodeJS.Signals | null;
  /** Why it could not be started. */
  readonly problem: string | null;
}

const ENDING: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGQUIT", "SIGHUP"];
/** SIGTSTP and SIGCONT stay with the kernel: it stops and continues both of us. */
const HANDED_ON: readonly NodeJS.Signals[] = [...ENDING, "SIGUSR1", "SIGUSR2"];
/** What a terminal sends to everybody in the foreground, so that the child has it already. */
const FROM_TERMINAL: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT"]);
const AGAIN_MS = 2000;

/** Starts at once; the promise never rejects. */
export function runChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ChildEnd> {
  const asked: { signal: NodeJS.Signals | null; lastAt: number } = { signal: null, lastAt: 0 };
  let hand: (signal: NodeJS.Signals) => void = () => undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const again = Date.now() - asked.lastAt < AGAIN_MS;
    if (ENDING.includes(signal)) Object.assign(asked, { signal, lastAt: Date.now() });
    if (again || !FROM_TERMINAL.has(signal) || !inForeground()) hand(signal);
  };
  const handedOn = process.platform === "win32" ? ENDING : HANDED_ON;
  for (const signal of handedOn) process.on(signal, onSignal);
  return new Promise((resolve) => {
    const end = (exitCode: number, signal: NodeJS.Signals | null, problem: string | null): void => {
      for (const each of handedOn) process.off(each, onSignal);
      resolve({ exitCode, signal, asked: asked.signal, problem });
    };
    const fail = (problem: unknown): void => {
      const reason = REASONS[codeOf(problem)] ?? { exitCode: 126, text: codeOf(problem) };
      end(reason.exitCode, null, `${command}: ${reason.text}`);
    };
    try {
      const child = spawn(command, args, { stdio: "inherit", env });
      hand = (signal) => child.kill(signal);
      child.on("error", (problem) => {
        if (child.pid === undefined) fail(problem);
      });
      child.on("exit", (code, signal) => end(code ?? signalCode(signal), signal, null));
    } catch (problem) {
      fail(problem);
    }
  });
}

const REASONS: Readonly<Record<string, { exitCode: number; text: string }>> = {
  ENOENT: { exitCode: 127, text: "command not found" },
  ENOTDIR: { exitCode: 127, text: "command not found" },
  EACCES: { exitCode: 126, text: "permission denied" },
  E2BIG: { exitCode: 126, text: "arguments and environment are too long" },
};

function signalCode(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : 128 + (constants.signals[signal] ?? 0);
}

/** Whether our process group is the one that the terminal sends its signals to (proc(5): pgrp is field 5, tpgid field 8). */
export function inForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return group === foreground;
  } catch {
    return isatty(0);
  }
}
