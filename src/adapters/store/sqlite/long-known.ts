/** Keeps what is known of activities with very many transitions, so that each new one does not read all of them again. */
import type { Connection } from "./connection.ts";
import { type Known, readKnown } from "./transitions.ts";

/** Fewer transitions than this are read faster than they are worth keeping. */
const LONG = 32;
/** So many activities are kept, the ones that were written last. */
const KEPT = 4;

export class LongKnown {
  readonly #db: Connection;
  readonly #kept = new Map<number, Known>();

  constructor(db: Connection) {
    this.#db = db;
  }

  /** What is known of activity number `n`. The caller adds to it and puts it back. */
  take(n: number): Known {
    return this.#kept.get(n) ?? readKnown(this.#db, n);
  }

  put(n: number, known: Known): void {
    this.#kept.delete(n);
    if (known.transitions.length < LONG) return;
    this.#kept.set(n, known);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Its transitions were changed elsewhere. */
  forget(n: number): void {
    this.#kept.delete(n);
  }

  /** A transaction was rolled back, or the tables were emptied. */
  clear(): void {
    this.#kept.clear();
  }
}
