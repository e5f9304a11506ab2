/** Tells one process from another that got the same number later, and ends exactly the ones that are meant. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { processesWith } from "../../process/find-processes.ts";
import type { AppProcess } from "./state.ts";

/** In the environment of every process of an application. */
export const MARKER = "VICE_APP_RELEASE";

type Known = Pick<AppProcess, "pid" | "startTime">;

/** `null` = it does not run. */
export function startTimeOf(pid: number): string | null {
  const stat = statOf(pid);
  if (stat === null) return process.platform === "linux" ? null : startTimeByPs(pid);
  return stat.isOver ? null : `${bootId()}/${stat.startTicks}`;
}

interface Stat {
  isOver: boolean;
  group: number;
  startTicks: string;
}

/** proc_pid_stat(5); the name of the program, in brackets, may hold anything. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", , group = "", ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { isOver: /[ZXx]/.test(state), group: Number(group), startTicks: rest[16] ?? "" };
  } catch {
    return null; // it has ended, or this system has no /proc
  }
}

/** Ticks are counted from the start of the system. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function startTimeByPs(pid: number): string | null {
  try {
    const told = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: "pipe",
    });
    return told.trim() || null;
  } catch {
    return null; // there is no such process
  }
}

export const isAlive = (known: Known | null): boolean =>
  known !== null && startTimeOf(known.pid) === known.startTime;

/** The first process of a release that an earlier vice started and could not write down any more. */
export function findMarked(marker: string): Known | null {
  for (const pid of processesWith(MARKER, marker)) {
    const startTime = startTimeOf(pid);
    if (startTime !== null && statOf(pid)?.group === pid) return { pid, startTime };
  }
  return null;
}

export interface Ending {
  /** Between asking and ending. */
  graceMs: number;
  /** Aborted with `kill` nothing is waited for; with another reason the waiting is given up. */
  signal: AbortSignal;
}

const LOOK_MS = 20;
/** After SIGKILL; what is in the hands of a disk takes a moment. */
const DYING_MS = 5000;

/** Ends a release: the process and all that it started. @returns whether nothing of it is left */
export async function endAll(
  known: Known | null,
  marker: string,
  { graceMs, signal }: Ending,
): Promise<boolean> {
  const isLeft = (): boolean => isAlive(known) || processesWith(MARKER, marker).some(isRunning);
  if (!isLeft()) return true;
  tell(known, marker, signal.reason === "kill" ? "SIGKILL" : "SIGTERM");
  const end = Date.now() + graceMs;
  while (isLeft() && Date.now() < end && !signal.aborted) await wait(LOOK_MS);
  if (!isLeft()) return true;
  if (signal.aborted && signal.reason !== "kill") return false;
  tell(known, marker, "SIGKILL");
  const dead = Date.now() + DYING_MS;
  while (isLeft() && Date.now() < dead) await wait(LOOK_MS);
  return !isLeft();
}

const isRunning = (pid: number): boolean => startTimeOf(pid) !== null;

function tell(known: Known | null, marker: string, signal: NodeJS.Signals): void {
  // The group is ours for sure only while its first process is the one that we know.
  if (known !== null && isAlive(known)) kill(-known.pid, signal);
  for (const pid of processesWith(MARKER, marker)) kill(pid, signal);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return; // it has ended already
  }
}
