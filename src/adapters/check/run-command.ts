/** Runs the command of a check through the runner of processes, and reads what it wrote. */
import { resolve } from "node:path";
import { splitWords } from "../../domain/pipeline/words.ts";
import type { CheckCall } from "../../ports/check.ts";
import type { ProcessRunner } from "../../ports/process-runner.ts";

export interface CommandLine {
  command: string | readonly string[];
  shell: boolean;
}

/** @returns the words, or why there are none */
export function wordsOf({ command, shell }: CommandLine): { words: string[] } | { problem: string } {
  if (typeof command !== "string")
    return shell ? { problem: "a list of words needs no shell; write one line" } : { words: [...command] };
  if (!shell) {
    const split = splitWords(command);
    return "words" in split ? split : { problem: `${split.problem}: write a list of words, or shell: true` };
  }
  return { words: ["sh", "-c", command] };
}

export interface CommandDone {
  /** `null` = it could not be started, or was ended. */
  exitCode: number | null;
  /** Why there is no exit code. */
  problem: string | null;
  outputs: Record<string, string>;
  text: string;
  durationMs: number;
}

const MOST_CHARACTERS = 5_000_000;

export async function runCommand(
  processes: ProcessRunner,
  line: CommandLine & { cwd?: string | undefined; env: Readonly<Record<string, string>> },
  { run, step, cwd, env, secrets, signal }: Omit<CheckCall, "spec">,
): Promise<CommandDone> {
  const made = wordsOf(line);
  const none = { exitCode: null, outputs: {}, text: "", durationMs: 0 };
  if ("problem" in made) return { ...none, problem: made.problem };
  const begun = performance.now();
  const {
    exitCode,
    signal: by,
    problem,
    outputs,
  } = await processes.run({
    ...{ run, step, attempt: 1, key: `${run}/${step}/1`, argv: made.words },
    ...{ cwd: resolve(cwd, line.cwd ?? "."), env: { ...env, ...line.env }, secrets, signal },
  });
  const durationMs = performance.now() - begun;
  const text = await written(processes, run, step);
  const ended = exitCode === null ? (problem ?? `it was ended by ${by}`) : null;
  return { exitCode, problem: ended, outputs, text, durationMs };
}

async function written(processes: ProcessRunner, run: string, step: string): Promise<string> {
  let text = "";
  for (let from = 0; text.length < MOST_CHARACTERS; ) {
    const part = await processes.log(run, step, from);
    if (part === null || part.text === "") break;
    text += part.text;
    from = part.next;
  }
  return text;
}
