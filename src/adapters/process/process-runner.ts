/** Starts processes for steps: in a group of their own, with a masked log, asked to end before they are ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import type { ProcessEnd, ProcessJob, ProcessRunner } from "../../ports/process-runner.ts";
import { processesWith } from "./find-processes.ts";
import { type Mask, maskOf } from "./mask-stream.ts";
import { logWriter, makeFolder, noteEnd, readEnd, readLog, readOutputs, stepFiles } from "./step-files.ts";

export interface ProcessRunnerOptions {
  home: string;
  /** Of vice itself; only the plain variables are handed on. */
  env: Readonly<Record<string, string | undefined>>;
  /** Between asking and ending. */
  graceMs?: number;
}

const GRACE_MS = 10_000;
/** What a child of the child keeps open must not hold the step up. */
const DRAIN_MS = 1000;
const KEY = "VICE_STEP_KEY";
/** What every program may know; secrets of vice are none of them. */
const PLAIN =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TERM|XDG_\w+|SSL_CERT_\w+|(?:HTTPS?|NO)_PROXY|SystemRoot|ComSpec|PATHEXT|TEMP|TMP)$/i;

export const plainOf = (env: ProcessRunnerOptions["env"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      PLAIN.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );

export function createProcessRunner(options: ProcessRunnerOptions): ProcessRunner {
  const { home, env, graceMs = GRACE_MS } = options;
  const plain = plainOf(env);
  return {
    run: async (job) => {
      const files = stepFiles(home, job);
      const mask = maskOf(job.secrets);
      try {
        makeFolder(files.folder);
        rmSync(files.outputs, { force: true });
        const own = { [KEY]: job.key, VICE_OUTPUTS: files.outputs, VICE_RUN: job.run, VICE_STEP: job.step };
        const ended = await runChild(job, { ...plain, ...job.env, ...own }, files.log, graceMs);
        const end = { ...ended, outputs: readOutputs(files.outputs, mask.text) };
        // Ended because vice ends: the next process asks anew.
        if (job.signal.reason !== "stop") noteEnd(files.end, end);
        return end;
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        return { exitCode: null, signal: null, problem: mask.text(said), outputs: {} };
      }
    },
    recall: async (job) => {
      const end = readEnd(stepFiles(home, job).end);
      if (end === null) for (const pid of processesWith(KEY, job.key)) kill(pid, "SIGKILL");
      return end;
    },
    open: ({ run, step, secrets }) => {
      const files = stepFiles(home, { run, step, attempt: 0 });
      const mask = maskOf(secrets);
      makeFolder(files.folder);
      const log = logWriter(files.log);
      return {
        line: (text) => log.write(`${mask.text(text)}\n`),
        mask: (text) => mask.text(text),
        end: () => log.end(),
      };
    },
    log: (run, step, from) => readLog(stepFiles(home, { run, step, attempt: 0 }).log, from),
    forget: (run) =>
      rm(stepFiles(home, { run, step: "", attempt: 0 }).folder, { recursive: true, force: true }),
  };
}

type Ended = Omit<ProcessEnd, "outputs">;

async function runChild(
  { argv, cwd, secrets, signal, kill: atOnce, input }: ProcessJob,
  env: NodeJS.ProcessEnv,
  logFile: string,
  graceMs: number,
): Promise<Ended> {
  const [command = "", ...args] = argv;
  const log = logWriter(logFile);
  // A group of its own: what it starts ends with it, and Ctrl-C at our terminal reaches it only through us.
  const stdin = input === undefined ? "ignore" : "pipe";
  const child = spawn(command, args, { cwd, env, detached: true, stdio: [stdin, "pipe", "pipe"] });
  child.stdin?.on("error", () => {}); // it need not read what it is told
  child.stdin?.end(input);
  const forget = stopOn(signal, atOnce, child, graceMs);
  const outputs = [child.stdout, child.stderr].map((stream) => follow(stream, maskOf(secrets), log.write));
  const end = await ended(child, command);
  forget();
  const late = new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref());
  await Promise.race([Promise.all(outputs.map(({ closed }) => closed)), late]);
  for (const output of outputs) output.finish();
  await log.end();
  return end;
}

function ended(child: ChildProcess, command: string): Promise<Ended> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      const reason = Object(error)["code"] === "ENOENT" ? "command or folder not found" : error.message;
      resolve({ exitCode: null, signal: null, problem: `${command}: ${reason}` });
    });
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal, problem: null }));
  });
}

function follow(
  stream: NodeJS.ReadableStream | null,
  mask: Mask,
  write: (text: string) => void,
): { closed: Promise<void>; finish: () => void } {
  if (stream === null) return { closed: Promise.resolve(), finish: () => {} };
  const decoder = new StringDecoder("utf8");
  let isOver = false;
  const take = (chunk: Buffer): void => write(mask.push(decoder.write(chunk)));
  stream.on("data", take);
  return {
    closed: new Promise((resolve) => stream.once("close", () => resolve())),
    finish: () => {
      if (isOver) return;
      isOver = true;
      stream.off("data", take);
      stream.resume();
      write(mask.push(decoder.end()) + mask.end());
    },
  };
}

/** @returns forgets it again */
function stopOn(
  signal: AbortSignal,
  atOnce: AbortSignal | undefined,
  child: ChildProcess,
  graceMs: number,
): () => void {
  const { pid } = child;
  if (pid === undefined) return () => {};
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => kill(-pid, "SIGKILL");
  const ask = (): void => {
    kill(-pid, signal.reason === "kill" ? "SIGKILL" : "SIGTERM");
    timer = setTimeout(end, graceMs);
  };
  if (signal.aborted) ask();
  else signal.addEventListener("abort", ask, { once: true });
  if (atOnce?.aborted === true) end();
  else atOnce?.addEventListener("abort", end, { once: true });
  return () => {
    signal.removeEventListener("abort", ask);
    atOnce?.removeEventListener("abort", end);
    clearTimeout(timer);
  };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return; // it has ended already
  }
}
