/** What a follower could not take in: noted with what it took in last, so that this and nothing else is taken back later. */
import type { NotFollowed } from "../../../../ports/maintenance.ts";
import { blobToId } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";

/** The columns of `stale` that tell how an activity stood. */
const STOOD = [
  "doc",
  "counted",
  "deployment_kind",
  "primary_id",
  "actor",
  "occurred_ms",
  "start_ms",
] as const;

/** As the follower took it in last (doc is null: not at all), and why it could not take what came after. */
const TABLE = `
CREATE TABLE IF NOT EXISTS not_taken (
  follower TEXT NOT NULL, n INTEGER NOT NULL, problem TEXT NOT NULL, doc TEXT, counted INTEGER, deployment_kind TEXT,
  primary_id BLOB, actor TEXT, occurred_ms INTEGER, start_ms INTEGER, PRIMARY KEY (follower, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS not_taken_n ON not_taken (n);
`;

const ONE = "SELECT * FROM not_taken WHERE follower = ? AND n = ?";
const NOTE = `INSERT OR REPLACE INTO not_taken VALUES (?, ?, ?${", ?".repeat(STOOD.length)})`;
const MOST_PROBLEM = 200;

/** All of them are looked at again: as they stand now, which the other followers know already. */
const AGAIN = `INSERT INTO stale (n, ${STOOD.join(", ")})
  SELECT DISTINCT t.n, ${STOOD.map((name) => `a.${name}`).join(", ")} FROM not_taken t LEFT JOIN activity a ON a.n = t.n
  WHERE t.n NOT IN (SELECT n FROM stale)`;

const IS_THERE = `SELECT 1 FROM sqlite_master WHERE name = 'not_taken'`;
const BY_FOLLOWER =
  "SELECT follower, count(*) AS count, min(n) AS n FROM not_taken GROUP BY follower ORDER BY follower";
const FIRST =
  "SELECT t.problem, a.id FROM not_taken t LEFT JOIN activity a ON a.n = t.n WHERE follower = ? AND t.n = ?";

export class NotTaken {
  readonly #db: Connection;
  /** Nearly always nothing is noted: then nothing is asked. */
  #isAny = false;

  constructor(db: Connection) {
    this.#db = db;
  }

  /** Makes its table. */
  make(): void {
    this.#db.db.exec(TABLE);
  }

  /** Reads again what is kept in memory; needed after a transaction was rolled back. */
  reload(): void {
    this.#isAny = this.#db.get("SELECT 1 FROM not_taken LIMIT 1") !== undefined;
  }

  /** How it stood when the follower took it in last; `null` = that is not noted, it took the last change. */
  lastTaken(follower: string, n: number): Row | null {
    return this.#isAny ? (this.#db.get(ONE, follower, n) ?? null) : null;
  }

  /** @param last how it stood when the follower took it in last, a row of `stale`; `null` = nothing of it is in there */
  note(follower: string, n: number, last: Row | null, error: unknown): void {
    const problem = error instanceof Error ? error.message.slice(0, MOST_PROBLEM) : "it cannot be taken in";
    this.#db.run(NOTE, follower, n, problem, ...STOOD.map((name) => last?.[name] ?? null));
    this.#isAny = true;
  }

  taken(follower: string, n: number): void {
    if (this.#isAny) this.#db.run("DELETE FROM not_taken WHERE follower = ? AND n = ?", follower, n);
  }

  /** It begins anew and is handed everything. */
  forget(follower: string): void {
    this.#db.run("DELETE FROM not_taken WHERE follower = ?", follower);
  }

  /** Notes of followers that are no more. */
  forgetOthers(followers: readonly string[]): void {
    for (const row of this.#db.all("SELECT DISTINCT follower FROM not_taken"))
      if (!followers.includes(row["follower"] as string)) this.forget(row["follower"] as string);
  }

  /** Another program may be able to. */
  tryAgain(): void {
    this.#db.run(AGAIN);
  }
}

/** What is missing in what follows the activities, by follower. */
export function notFollowed(db: Connection): NotFollowed[] {
  if (db.get(IS_THERE) === undefined) return []; // only read, and written by a former vice
  return db.all(BY_FOLLOWER).map((row) => {
    const follower = row["follower"] as string;
    const first = db.get(FIRST, follower, row["n"] as number);
    const id = first?.["id"] ?? null;
    return {
      follower,
      activities: row["count"] as number,
      first: id === null ? null : blobToId(id),
      problem: first?.["problem"] as string,
    };
  });
}
