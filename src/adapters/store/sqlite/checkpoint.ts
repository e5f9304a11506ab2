/**
 * Keeps the write-ahead log short without stopping the writer.
 *
 * A checkpoint of 16 MB takes 10 to 60 ms, most of it waiting for the disk. Done by the writer, as SQLite does by itself,
 * every delivery of that time waits. So a thread does it, while the writer goes on appending. What came meanwhile is
 * little; the writer checkpoints that itself, in a millisecond or two, and the log can begin anew at its next write.
 */
import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { framesLeft } from "./frames-left.ts";

/** Pages in the log from which on the thread is asked. */
const BEGIN_FRAMES = 2000;
/** Commits between two looks at the log: one of them writes some 10 pages. */
const LOOK_EVERY = 16;
/** More than this left by the thread, and the writer would wait for the disk too long. */
const FINISH_FRAMES = 500;

/** Should the thread not keep up, or not be there, SQLite does it by itself from this many pages on. */
export const FALLBACK_FRAMES = 16_000;

export class Checkpointer {
  readonly #db: DatabaseSync;
  readonly #file: string;
  #commits = 0;
  #worker: Worker | null = null;
  #busy = false;
  #closed = false;

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.#file = file;
  }

  /** To be called after each commit. The thread starts when it is needed first: a quiet server has none. */
  committed(): void {
    this.#commits += 1;
    if (this.#busy || this.#commits % LOOK_EVERY !== 0) return;
    harmless(() => this.#look());
  }

  /** Before the connection closes. What the thread has in hand it finishes: its connection is its own. */
  close(): void {
    this.#closed = true;
    void this.#worker?.terminate();
    this.#worker = null;
  }

  #look(): void {
    if (framesLeft(this.#db) < BEGIN_FRAMES) return;
    this.#worker ??= this.#start();
    this.#worker.postMessage("checkpoint");
    this.#busy = true;
  }

  #start(): Worker {
    const limits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 };
    const worker = new Worker(workerFile(), { workerData: this.#file, resourceLimits: limits, env: {} });
    worker.unref();
    worker.on("message", () => harmless(() => this.#finish()));
    worker.on("error", () => this.#gone(worker));
    worker.on("exit", () => this.#gone(worker));
    return worker;
  }

  #finish(): void {
    this.#busy = false;
    if (this.#closed || this.#db.isTransaction || framesLeft(this.#db) > FINISH_FRAMES) return;
    this.#db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
  }

  /** The next look starts another one; until then SQLite's own way holds. */
  #gone(worker: Worker): void {
    if (worker !== this.#worker) return; // it was replaced by now: a fault tells twice, as an error and as an exit
    this.#worker = null;
    this.#busy = false;
  }
}

/** What was committed stays so, and is never told as failed: no disk or no thread for this waits for the next look. */
function harmless(body: () => void): void {
  try {
    body();
  } catch {
    // a full disk says so at the next append
  }
}

function workerFile(): URL {
  const source = new URL("./checkpoint.worker.ts", import.meta.url);
  return existsSync(source) ? source : new URL("./workers/checkpoint.js", import.meta.url);
}
