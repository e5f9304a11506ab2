/** A process that answers queries one after another: ended at the time limit of each, and when it takes too much memory. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ViceError } from "../../kit/errors.ts";
import type { Cell, QueryRequest } from "../../ports/query.ts";
import type { Place } from "./find-place.ts";
import { residentBytes, watchMemory } from "./watch-memory.ts";

export interface WorkerRequest {
  file: string;
  request: QueryRequest;
}

export type WorkerAnswer =
  | { ok: true; columns: string[]; rows: Cell[][]; truncated: boolean }
  | { ok: false; problem: string; at: Place | null };

const MEMORY_BYTES = 512 * 1024 * 1024;
/** One that holds more after an answer is not kept: the next query shall have the whole of its memory. */
const KEPT_BYTES = 160 * 1024 * 1024;
const NEWLINE = 10;

/** Beside this file as source, below it in dist/. */
function workerFile(): string {
  const own = import.meta.url;
  return fileURLToPath(
    new URL(own.endsWith(".ts") ? "./sqlite-query.worker.ts" : "./workers/sqlite-query.js", own),
  );
}

/** JSON leaves these as they are, and the process takes them for the end of a line (`node:readline`). */
const oneLine = (question: WorkerRequest): string =>
  JSON.stringify(question).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);

interface Asked {
  resolve: (answer: WorkerAnswer) => void;
  reject: (error: Error) => void;
  /** Why it was ended. */
  stopped: Error | null;
}

export class ReaderProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #asked: Asked | null = null;
  #out: Buffer[] = [];
  #said = "";
  #isEnded = false;
  /** Why it is closed. */
  #problem: Error | null = null;

  /** It gets no environment: no secret can be in it. */
  constructor() {
    const flags = ["--disable-warning=ExperimentalWarning", "--max-old-space-size=512"];
    this.#child = spawn(process.execPath, [...flags, workerFile()], {
      env: {},
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child.stdout.on("data", (chunk: Buffer) => this.#hear(chunk));
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-2000);
    });
    this.#child.stdin.on("error", () => {}); // it ended before it had read all; `close` tells how
    this.#child.on("error", (problem) =>
      this.#closed(new ViceError("bug", { problem: problem.message }, problem)),
    );
    this.#child.on("close", (code, signal) => {
      const problem = `the query process ended with ${code ?? signal}: ${this.#said}`;
      this.#closed(new ViceError("bug", { problem }));
    });
  }

  /** Whether it can be asked again. */
  get isAlive(): boolean {
    return !this.#isEnded && (residentBytes(this.#child.pid) ?? 0) <= KEPT_BYTES;
  }

  /** Only when the former question is answered. @param tooLarge what is thrown when it takes too much memory */
  async ask(question: WorkerRequest, tooLarge: () => Error): Promise<WorkerAnswer> {
    const { timeoutMs } = question.request.limits;
    // It never began, or ended just now: it closes once.
    if (this.#problem !== null) throw this.#problem;
    this.#hold(true);
    const answer = new Promise<WorkerAnswer>((resolve, reject) => {
      this.#asked = { resolve, reject, stopped: null };
    });
    const timer = setTimeout(
      () => this.#stop(new ViceError("query.timeout", { limitMs: timeoutMs })),
      timeoutMs,
    );
    const unwatch = watchMemory(this.#child.pid, MEMORY_BYTES, () => this.#stop(tooLarge()));
    try {
      this.#child.stdin.write(`${oneLine(question)}\n`);
      return await answer;
    } finally {
      clearTimeout(timer);
      unwatch();
      this.#hold(false);
    }
  }

  end(): void {
    this.#isEnded = true;
    this.#child.kill("SIGKILL");
  }

  #stop(why: Error): void {
    if (this.#asked !== null) this.#asked.stopped ??= why;
    this.end();
  }

  /** An answer is one line: JSON has no line breaks of its own. */
  #hear(chunk: Buffer): void {
    this.#out.push(chunk);
    if (chunk.at(-1) !== NEWLINE) return;
    const text = Buffer.concat(this.#out).toString();
    this.#out = [];
    const asked = this.#asked;
    this.#asked = null;
    asked?.resolve(JSON.parse(text) as WorkerAnswer);
  }

  #closed(problem: Error): void {
    this.#isEnded = true;
    this.#problem = problem;
    const asked = this.#asked;
    this.#asked = null;
    asked?.reject(asked.stopped ?? problem);
  }

  /** An idle one keeps nobody alive; it ends by itself when its questions end. */
  #hold(isBusy: boolean): void {
    const pipes = [this.#child.stdin, this.#child.stdout, this.#child.stderr] as Array<{
      ref?: () => void;
      unref?: () => void;
    }>;
    for (const each of [this.#child, ...pipes]) isBusy ? each.ref?.() : each.unref?.();
  }
}
