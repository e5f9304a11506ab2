/** Which activities are still to be named again after rules changed, kept in the store so that it goes on after a stop. */
import type { WorkState } from "../../../ports/maintenance.ts";
import type { Connection } from "./connection.ts";

/** `names`: what is left of the reported names; `null` = all activities. `after`: number within them. */
interface Left {
  names: string[] | null;
  after: number;
  /** How many names there were. */
  total: number;
}

const KEY = "rename";
/** For more names than this everything is gone through, which is one walk instead of many. */
const MOST_NAMES = 2000;
/** What people corrected may have another name than the reported one, so it is always among them. */
const CORRECTED =
  "SELECT a.n FROM activity a WHERE a.id IN (SELECT id FROM correction) AND a.n > ? ORDER BY a.n LIMIT ?";
const NAMED = "SELECT n FROM activity WHERE reported = ? AND reported <> '' AND n > ? ORDER BY n LIMIT ?";
const ALL = "SELECT n FROM activity WHERE n > ? ORDER BY n LIMIT ?";
/** Stands for the corrected ones; no tool reports an empty name. */
const THE_CORRECTED = "";

export class Rename {
  readonly #db: Connection;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Adds to what is left; what was done of it is done again. */
  begin(names: readonly string[] | null): void {
    const left = this.#left();
    const all = names === null || left?.names === null ? null : [...(left?.names ?? []), ...names];
    const distinct = all === null ? null : [...new Set([THE_CORRECTED, ...all])];
    const kept = distinct !== null && distinct.length <= MOST_NAMES ? distinct : null;
    this.#keep({ names: kept, after: 0, total: kept?.length ?? 1 });
  }

  clear(): void {
    this.#db.setMeta(KEY, "");
  }

  state(): WorkState {
    const left = this.#left();
    if (left === null) return { idle: true };
    if (left.names !== null) return progress(left.total - left.names.length, left.total);
    return progress(left.after, Number(this.#db.get("SELECT max(n) AS n FROM activity")?.["n"] ?? 0));
  }

  /** Numbers of the next activities, which count as done. Call inside a transaction. */
  next(limit: number): number[] {
    const left = this.#left();
    if (left === null) return [];
    if (left.names === null) {
      const numbers = this.#numbers(ALL, left.after, limit);
      this.#keep(numbers.length < limit ? null : { ...left, after: numbers.at(-1) ?? 0 });
      return numbers;
    }
    return this.#nextNamed({ ...left, names: left.names }, limit);
  }

  #nextNamed(left: Left & { names: string[] }, limit: number): number[] {
    const found: number[] = [];
    let { after } = left;
    let at = 0;
    for (; at < left.names.length && found.length < limit; at++) {
      const name = left.names[at] ?? THE_CORRECTED;
      const wanted = limit - found.length;
      const numbers =
        name === THE_CORRECTED
          ? this.#numbers(CORRECTED, after, wanted)
          : this.#numbers(NAMED, name, after, wanted);
      found.push(...numbers);
      after = numbers.at(-1) ?? 0;
      if (numbers.length === wanted) break;
      after = 0;
    }
    const names = left.names.slice(at);
    this.#keep(names.length === 0 ? null : { ...left, names, after });
    return found;
  }

  #numbers(sql: string, ...params: Array<string | number>): number[] {
    return this.#db.all(sql, ...params).map((row) => row["n"] as number);
  }

  #left(): Left | null {
    const text = this.#db.meta(KEY);
    return text === null || text === "" ? null : (JSON.parse(text) as Left);
  }

  #keep(left: Left | null): void {
    this.#db.setMeta(KEY, left === null ? "" : JSON.stringify(left));
  }
}

const progress = (done: number, total: number): WorkState => ({
  ...{ idle: false, what: "rename", done, total },
  share: total === 0 ? 1 : done / total,
});
