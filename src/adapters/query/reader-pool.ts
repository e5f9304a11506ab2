/** Hands questions to few reading processes and keeps them for a while: the panels of a report need one start, not ten. */
import { ViceError } from "../../kit/errors.ts";
import { ReaderProcess, type WorkerAnswer, type WorkerRequest } from "./reader-process.ts";

/** Each takes a process and some of the disk's attention; more wait for a free place. */
const AT_ONCE = 4;
const WAITING = 32;
/** So long a question waits for one that is at work, before another is started: most answers take less than a start. */
const PATIENCE_MS = 60;
const KEPT_MS = 15_000;

type Take = (reader: ReaderProcess | Promise<ReaderProcess>) => void;

export class ReaderPool {
  readonly #idle: Array<{ reader: ReaderProcess; timer: NodeJS.Timeout }> = [];
  readonly #waiting: Take[] = [];
  readonly #make: () => ReaderProcess;
  #busy = 0;

  constructor(make: () => ReaderProcess = () => new ReaderProcess()) {
    this.#make = make;
  }

  /** @throws ViceError `rate.limited`, and what the process throws */
  async ask(question: WorkerRequest, tooLarge: () => Error): Promise<WorkerAnswer> {
    const reader = await this.#take();
    try {
      return await reader.ask(question, tooLarge);
    } finally {
      this.#giveBack(reader);
    }
  }

  #take(): ReaderProcess | Promise<ReaderProcess> {
    for (let kept = this.#idle.pop(); kept !== undefined; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      if (!kept.reader.isAlive) continue;
      this.#busy += 1;
      return kept.reader;
    }
    if (this.#busy === 0) return this.#start();
    if (this.#waiting.length >= WAITING)
      throw new ViceError("rate.limited", { who: "queries; all places are taken" });
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(() => this.#startFor(resolve), PATIENCE_MS);
    });
  }

  #startFor(take: Take): void {
    if (this.#busy >= AT_ONCE || !this.#waiting.includes(take)) return;
    this.#waiting.splice(this.#waiting.indexOf(take), 1);
    take(this.#start());
  }

  /** Rejects where no process can be begun: then nobody gives a place back to those who wait, and they hear it too. */
  async #start(): Promise<ReaderProcess> {
    this.#busy += 1;
    try {
      return this.#make();
    } catch (problem) {
      this.#busy -= 1;
      if (this.#busy === 0) for (const take of this.#waiting.splice(0)) take(Promise.reject(problem));
      throw problem;
    }
  }

  #giveBack(reader: ReaderProcess): void {
    this.#busy -= 1;
    if (!reader.isAlive) reader.end();
    const next = this.#waiting.shift();
    if (next !== undefined) {
      if (reader.isAlive) this.#busy += 1;
      next(reader.isAlive ? reader : this.#start());
    } else if (reader.isAlive) this.#keep(reader);
  }

  #keep(reader: ReaderProcess): void {
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((kept) => kept.reader === reader),
        1,
      );
      reader.end();
    }, KEPT_MS).unref();
    this.#idle.push({ reader, timer });
  }
}
