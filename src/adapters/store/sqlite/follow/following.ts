/** Hands changed activities to the followers, batch by batch, and makes new followers from all activities. */
import { parseStored } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";
import type { Followed, Follower, Stood } from "./follower.ts";

const STANDS = "n, doc, counted, deployment_kind, primary_id, actor, occurred_ms, start_ms";
const NEXT_STALE = "SELECT * FROM stale ORDER BY n LIMIT ?";
const NEXT_UNSEEN = `SELECT ${STANDS} FROM activity WHERE n > ? ORDER BY n LIMIT ?`;
const NOW = `SELECT ${STANDS} FROM activity WHERE n = ?`;
const MARK = `INSERT OR IGNORE INTO stale SELECT ${STANDS} FROM activity WHERE n = ?`;

/** `meta` keys of the followers' places begin with it. */
const PLACE = "follows.";

/** How far a follower is: up to which number it has seen all activities; `null` = it has seen all. */
interface Place {
  version: number;
  after: number | null;
}

export class Following {
  readonly #db: Connection;
  readonly #followers: readonly Follower[];
  #places = new Map<string, Place>();
  /** What was left when somebody counted last, less what was taken in since. */
  #left = 0;

  constructor(db: Connection, followers: readonly Follower[]) {
    this.#db = db;
    this.#followers = followers;
  }

  /** Makes what is missing and forgets what another version wrote. Call inside a transaction, by the one who writes. */
  resume(): void {
    for (const follower of this.#followers) {
      if (this.#stored(follower)?.version !== follower.version) this.#empty(follower);
      this.#db.db.exec(follower.tables);
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
   * The next one, which some follower could not take: the others take it in, and that one goes on without it.
   * @returns its number. Call inside a transaction
   */
  skip(): number[] {
    const [stale] = this.#db.all(NEXT_STALE, 1);
    if (stale !== undefined) {
      const change = this.#change(stale);
      this.#db.run("DELETE FROM stale WHERE n = ?", change.n);
      for (const follower of this.#followers) this.#tryOne(follower, change);
      return [change.n];
    }
    const unfinished = this.#unfinished();
    if (unfinished === null) return [];
    const [row] = this.#db.all(NEXT_UNSEEN, unfinished.after, 1);
    const n = (row?.["n"] as number | undefined) ?? null;
    this.#put(unfinished.follower, n);
    return n === null ? [] : [n];
  }

  #tryOne(follower: Follower, change: Followed): void {
    const after = this.#places.get(follower.name)?.after ?? null;
    if (after !== null && change.n > after) return;
    this.#db.run("SAVEPOINT one");
    try {
      this.#mark(follower.take(this.#db, [change]));
    } catch {
      this.#db.run("ROLLBACK TO one"); // who calls notes what it was, and why
    } finally {
      this.#db.run("RELEASE one");
    }
  }

  #follow(rows: readonly Row[]): void {
    const batch = rows.map((row) => this.#change(row));
    this.#db.run("DELETE FROM stale WHERE n <= ?", batch.at(-1)?.n ?? 0);
    for (const follower of this.#followers) {
      const after = this.#places.get(follower.name)?.after ?? null;
      const own = after === null ? batch : batch.filter(({ n }) => n <= after);
      if (own.length > 0) this.#mark(follower.take(this.#db, own));
    }
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

  #change(row: Row): Followed {
    const n = row["n"] as number;
    const now = this.#db.get(NOW, n);
    return { n, was: row["doc"] === null ? null : stood(row), is: now === undefined ? null : stood(now) };
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
    this.#put(follower, 0);
  }
}

function stood(row: Row): Stood {
  const { activity, person } = parseStored(row);
  return {
    activity,
    person,
    counted: row["counted"] === 1,
    occurredMs: row["occurred_ms"] as number,
  };
}
