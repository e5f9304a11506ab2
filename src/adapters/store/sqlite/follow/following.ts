/** Hands changed activities to the followers, batch by batch, and makes new followers from all activities. */
import { parseStored } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";
import type { Followed, Follower, Stood } from "./follower.ts";
import { NotTaken } from "./not-taken.ts";
import { keepZone, zoneOf } from "./zone.ts";

const STANDS = "n, doc, counted, deployment_kind, primary_id, actor, occurred_ms, start_ms";
const NEXT_STALE = "SELECT * FROM stale ORDER BY n LIMIT ?";
const NEXT_UNSEEN = `SELECT ${STANDS} FROM activity WHERE n > ? ORDER BY n LIMIT ?`;
const NOW = `SELECT ${STANDS} FROM activity WHERE n = ?`;
const MARK = `INSERT OR IGNORE INTO stale SELECT ${STANDS} FROM activity WHERE n = ?`;

/** `meta` keys of the followers' places begin with it. */
const PLACE = "follows.";
/** `meta` key: the program that followed last. */
const PROGRAM = "followedBy";

/** How far a follower is: up to which number it has seen all activities; `null` = it has seen all. */
interface Place {
  version: number;
  after: number | null;
}

/** An activity that a follower could not take in. */
export interface Failure {
  follower: string;
  n: number;
  error: unknown;
}

export class Following {
  readonly #db: Connection;
  readonly #followers: readonly Follower[];
  readonly #program: string;
  readonly #notTaken: NotTaken;
  #places = new Map<string, Place>();
  /** What was left when somebody counted last, less what was taken in since. */
  #left = 0;

  /** @param program its version: another one tries again what a follower could not take in */
  constructor(db: Connection, followers: readonly Follower[], program = "") {
    this.#db = db;
    this.#followers = followers;
    this.#program = program;
    this.#notTaken = new NotTaken(db);
  }

  /**
   * Makes what is missing and forgets what another version wrote, or what is by days of another zone. Call inside a
   * transaction, by the one who writes.
   * @param zone of the workspace; without it the one there was
   */
  resume(zone: string = zoneOf(this.#db)): void {
    this.#notTaken.make();
    const isOtherZone = keepZone(this.#db, zone);
    for (const follower of this.#followers) {
      const isOutdated = this.#stored(follower)?.version !== follower.version;
      if (isOutdated || (isOtherZone && follower.isByDay)) this.#empty(follower);
      this.#db.db.exec(follower.tables);
    }
    this.#notTaken.forgetOthers(this.#followers.map(({ name }) => name));
    if (this.#db.meta(PROGRAM) !== this.#program) {
      this.#notTaken.tryAgain();
      this.#db.setMeta(PROGRAM, this.#program);
    }
    this.reload();
    this.#left = this.lag();
  }

  /** The activities are made anew: so is everything that follows them. Call inside a transaction. */
  reset(): void {
    for (const follower of this.#followers) {
      this.#empty(follower);
      this.#db.db.exec(follower.tables);
    }
    this.reload();
    this.#left = 0;
  }

  /** Reads again what is kept in memory; needed after a transaction was rolled back. */
  reload(): void {
    this.#notTaken.reload();
    this.#places = new Map(
      this.#followers.flatMap((follower) => {
        const stored = this.#stored(follower);
        return stored === null ? [] : [[follower.name, stored]];
      }),
    );
  }

  /** Whether this version wrote what is there; else only who writes can bring it up to date. */
  isCurrent(): boolean {
    return this.#followers.every((follower) => this.#stored(follower)?.version === follower.version);
  }

  /** Whether something is left to take in. */
  isBehind(): boolean {
    return this.#db.get("SELECT 1 FROM stale LIMIT 1") !== undefined || this.#unfinished() !== null;
  }

  /** Activities that are not taken in yet; counts them, so not for every step. */
  lag(): number {
    const stale = Number(this.#db.get("SELECT count(*) AS n FROM stale")?.["n"] ?? 0);
    const most = Number(this.#db.get("SELECT max(n) AS n FROM activity")?.["n"] ?? 0);
    const unseen = [...this.#places.values()].map(({ after }) => (after === null ? 0 : most - after));
    return Math.max(stale, ...unseen, 0);
  }

  /** About how many are left, without counting. */
  get left(): number {
    return Math.max(this.#left, 1);
  }

  isFarBehind(most: number): boolean {
    const unfinished = this.#unfinished();
    if (unfinished !== null) {
      const ahead = "SELECT 1 FROM activity WHERE n > ? LIMIT 1 OFFSET ?";
      if (this.#db.get(ahead, unfinished.after, most) !== undefined) return true;
    }
    return this.#db.get("SELECT 1 FROM stale LIMIT 1 OFFSET ?", most) !== undefined;
  }

  /** Takes in the next ones: what changed goes before what is only new to somebody. Call inside a transaction. */
  step(limit: number): void {
    const stale = this.#db.all(NEXT_STALE, limit);
    if (stale.length > 0) this.#follow(stale);
    else {
      const unfinished = this.#unfinished();
      if (unfinished !== null) this.#seeNext(unfinished.follower, unfinished.after, limit);
    }
    this.#left = Math.max(this.#left - limit, 0);
  }

  /**
   * The next one, which some follower could not take: the others take it in, that one leaves it out, and it is noted until
   * it can. Call inside a transaction.
   * @param check throws on what is no fault of the activity
   */
  stepOver(check: (error: unknown) => void): Failure[] {
    const [stale] = this.#db.all(NEXT_STALE, 1);
    if (stale !== undefined) {
      const n = stale["n"] as number;
      const now = this.#now(n);
      this.#db.run("DELETE FROM stale WHERE n = ?", n);
      return this.#followers.flatMap((follower) =>
        this.#hasSeen(follower, n) ? this.#tryOne(follower, n, { stale, now }, check) : [],
      );
    }
    const unfinished = this.#unfinished();
    if (unfinished === null) return [];
    const [row] = this.#db.all(NEXT_UNSEEN, unfinished.after, 1);
    const n = (row?.["n"] as number | undefined) ?? null;
    this.#put(unfinished.follower, n);
    if (row === undefined || n === null) return [];
    return this.#tryOne(unfinished.follower, n, { stale: null, now: stood(row) }, check);
  }

  #tryOne(
    follower: Follower,
    n: number,
    { stale, now }: { stale: Row | null; now: Stood | null },
    check: (error: unknown) => void,
  ): Failure[] {
    const last = this.#notTaken.lastTaken(follower.name, n) ?? stale;
    const was = lastStood(last);
    const failure = this.#attempt(follower, { n, was, is: now }, check);
    if (failure === null) {
      this.#notTaken.taken(follower.name, n);
      return [];
    }
    const isOut = was !== null && this.#attempt(follower, { n, was, is: null }, check) === null;
    this.#notTaken.note(follower.name, n, isOut ? null : last, failure.error);
    return [{ follower: follower.name, n, error: failure.error }];
  }

  /** @returns what was in the way; nothing is written then */
  #attempt(follower: Follower, change: Followed, check: (error: unknown) => void): { error: unknown } | null {
    this.#db.run("SAVEPOINT one");
    try {
      this.#mark(follower.take(this.#db, [change]));
      return null;
    } catch (error) {
      check(error);
      this.#db.run("ROLLBACK TO one");
      return { error };
    } finally {
      if (this.#db.db.isTransaction) this.#db.run("RELEASE one"); // a full disk ends the transaction too
    }
  }

  #follow(rows: readonly Row[]): void {
    const batch = rows.map((row) => ({
      n: row["n"] as number,
      was: lastStood(row),
      is: this.#now(row["n"]),
    }));
    this.#db.run("DELETE FROM stale WHERE n <= ?", batch.at(-1)?.n ?? 0);
    for (const follower of this.#followers) {
      const own = batch.filter(({ n }) => this.#hasSeen(follower, n));
      if (own.length === 0) continue;
      this.#mark(follower.take(this.#db, this.#asTaken(follower, own)));
      for (const { n } of own) this.#notTaken.taken(follower.name, n);
    }
  }

  /** What it was is what this follower took in, which may be longer ago. */
  #asTaken({ name }: Follower, batch: readonly Followed[]): readonly Followed[] {
    return batch.map((each) => {
      const last = this.#notTaken.lastTaken(name, each.n);
      return last === null ? each : { ...each, was: lastStood(last) };
    });
  }

  #hasSeen({ name }: Follower, n: number): boolean {
    const after = this.#places.get(name)?.after ?? null;
    return after === null || n <= after;
  }

  #seeNext(follower: Follower, after: number, limit: number): void {
    const rows = this.#db.all(NEXT_UNSEEN, after, limit);
    const batch = rows.map((row) => ({ n: row["n"] as number, was: null, is: stood(row) }));
    if (batch.length > 0) this.#mark(follower.take(this.#db, batch));
    this.#put(follower, rows.length < limit ? null : (batch.at(-1)?.n ?? null));
  }

  #unfinished(): { follower: Follower; after: number } | null {
    for (const follower of this.#followers) {
      const after = this.#places.get(follower.name)?.after ?? null;
      if (after !== null) return { follower, after };
    }
    return null;
  }

  #now(n: Row[string] | undefined): Stood | null {
    const now = this.#db.get(NOW, n as number);
    return now === undefined ? null : stood(now);
  }

  #mark(numbers: readonly number[]): void {
    for (const n of numbers) this.#db.run(MARK, n);
  }

  #stored({ name }: Follower): Place | null {
    const text = this.#db.meta(PLACE + name);
    return text === null || text === "" ? null : (JSON.parse(text) as Place);
  }

  #put({ name, version }: Follower, after: number | null): void {
    const place = { version, after };
    this.#db.setMeta(PLACE + name, JSON.stringify(place));
    this.#places.set(name, place);
  }

  #empty(follower: Follower): void {
    for (const table of follower.tableNames) this.#db.db.exec(`DROP TABLE IF EXISTS ${table}`);
    this.#notTaken.forget(follower.name);
    this.#put(follower, 0);
  }
}

const lastStood = (row: Row | null): Stood | null =>
  row === null || row["doc"] === null ? null : stood(row);

function stood(row: Row): Stood {
  const { activity, person } = parseStored(row);
  return {
    activity,
    person,
    counted: row["counted"] === 1,
    occurredMs: row["occurred_ms"] as number,
  };
}
