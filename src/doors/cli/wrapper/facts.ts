/** Finds the facts around a run (git, CI, host, folder) once the command is already working, and writes them as one record. */
import { spawn } from "node:child_process";
import type { Environment } from "./home.ts";
import { readFacts } from "./read-facts.ts";
import { record } from "./record.ts";

/** From the start of the command to the last moment at which a fact still counts. */
const LIMIT_MS = 200;
/** How long a command that has already ended is kept waiting for git. */
const GRACE_MS = 15;

/** Starting git costs about as much as this; a command that has ended by then is left without `tags.dirty`. */
const WORTH_ASKING_MS = 5;

export interface FactFinding {
  /** Resolves when the record is written; to be awaited after the command has ended. */
  finish(): Promise<void>;
}

/** @param kind a deployment is always asked about, everything else only when it lives long enough */
export function findFacts(env: Environment, id: string, kind: string): FactFinding {
  const { facts, inGit } = readFacts(env, id);
  let dirty: DirtyQuestion | null = null;
  let written = false;
  const write = (answer: boolean | null): void => {
    if (written) return;
    written = true;
    if (answer !== null) facts.tags = { ...facts.tags, dirty: String(answer) };
    record(env, facts);
  };
  const ask = (): void => {
    dirty = askWhetherDirty(env);
    void dirty.answer.then(write);
  };
  if (!inGit) write(null);
  const waiting = inGit && kind !== "deployment" ? setTimeout(ask, WORTH_ASKING_MS) : undefined;
  if (inGit && waiting === undefined) ask();
  return {
    finish: async () => {
      clearTimeout(waiting);
      if (!written) write(dirty === null ? null : await dirty.within(GRACE_MS));
    },
  };
}

interface DirtyQuestion {
  readonly answer: Promise<boolean | null>;
  within(ms: number): Promise<boolean | null>;
}

/** Changed tracked files, as in `git describe --dirty`. Takes no lock and runs nobody's hooks; `null` = not known. */
function askWhetherDirty(env: Environment): DirtyQuestion {
  const args = [
    "-c",
    "core.fsmonitor=false",
    "diff",
    "--quiet",
    "--no-ext-diff",
    "--no-textconv",
    "HEAD",
    "--",
  ];
  const git = spawn("git", args, { stdio: "ignore", env: { ...env, GIT_OPTIONAL_LOCKS: "0" } });
  const answer = new Promise<boolean | null>((resolve) => {
    git.on("error", () => resolve(null));
    git.on("exit", (code) => resolve(code === 0 ? false : code === 1 ? true : null));
  });
  const stop = setTimeout(() => git.kill("SIGKILL"), LIMIT_MS);
  void answer.then(() => clearTimeout(stop));
  return {
    answer,
    within: async (ms) => {
      const late = setTimeout(() => git.kill("SIGKILL"), ms);
      const found = await answer;
      clearTimeout(late);
      return found;
    },
  };
}
