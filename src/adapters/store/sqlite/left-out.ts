/** Remembers what the projector could not take, so that one event that breaks it does not stop all that follow. */
import { ViceError } from "../../../kit/errors.ts";
import type { Connection } from "./connection.ts";
import { explained } from "./explain-damage.ts";

/** `list` holds the first ones; `count` goes on. */
interface Stored {
  count: number;
  list: Array<{ what: string; problem: string }>;
}

const KEY = "leftOut";
const KEPT = 100;

/** A fault of the store itself: it is not the event's, so nothing is left out and the work is tried again later. */
const ofStore = (error: unknown): boolean => error instanceof ViceError && error.code.startsWith("store.");

export class LeftOut {
  readonly #db: Connection;
  readonly #onError: (error: unknown) => void;
  #isLookedThrough = false;

  constructor(db: Connection, onError: (error: unknown) => void) {
    this.#db = db;
    this.#onError = onError;
  }

  get count(): number {
    return this.#read().count;
  }

  /** Throws faults of the store on. The file is looked through only once: that takes long. */
  check(error: unknown): void {
    const clear = this.count === 0 && !this.#isLookedThrough ? explained(this.#db, error) : error;
    this.#isLookedThrough = true;
    if (ofStore(clear)) throw clear;
  }

  /** Call inside the transaction that steps over it. @param what such as `event 12` */
  note(what: string, error: unknown): void {
    const stored = this.#read();
    const problem = this.tell(what, "the read models", error);
    if (stored.list.some((each) => each.what === what)) return;
    const list = [...stored.list, { what, problem }].slice(0, KEPT);
    this.#db.setMeta(KEY, JSON.stringify({ count: stored.count + 1, list }));
  }

  /** @returns the problem in short */
  tell(what: string, where: string, error: unknown): string {
    const problem = error instanceof Error ? error.message.slice(0, 200) : "it cannot be taken in";
    this.#onError(new ViceError("bug", { problem: `${what} is left out of ${where}: ${problem}` }, error));
    return problem;
  }

  clear(): void {
    this.#db.setMeta(KEY, "");
  }

  #read(): Stored {
    const text = this.#db.meta(KEY);
    return text === null || text === "" ? { count: 0, list: [] } : (JSON.parse(text) as Stored);
  }
}
