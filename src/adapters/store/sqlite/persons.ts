/** Persons: pseudonymous ids in the log, their names in a table that can be erased. */
import type { Actor } from "../../../domain/activity.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Connection } from "./connection.ts";

const CACHE = 10_000;

export class Persons {
  readonly #db: Connection;
  readonly #byKey = new Map<string, string>();
  readonly #byId = new Map<string, Actor | null>();

  constructor(db: Connection) {
    this.#db = db;
  }

  /** The id of a person as one system names him; makes one when he is new. Call inside a transaction. */
  intern(scope: string, actor: Actor): string | null {
    const { name, login } = actor;
    if (name === null && login === null) return null;
    const key = keyOf(scope, actor);
    const cached = this.#byKey.get(key);
    if (cached !== undefined) return cached;
    const found = this.#db.get("SELECT id, name FROM person WHERE key = ?", key);
    const id = (found?.["id"] as string | undefined) ?? `p-${uuidv7()}`;
    if (found === undefined) this.#db.run("INSERT INTO person VALUES (?, ?, ?, ?)", id, key, name, login);
    else if (found["name"] === null && name !== null)
      this.#db.run("UPDATE person SET name = ? WHERE id = ?", name, id);
    remember(this.#byKey, key, id);
    this.#byId.delete(id);
    return id;
  }

  /** The id of a person who is known already. */
  known(scope: string, actor: Actor): string | null {
    const found = this.#db.get("SELECT id FROM person WHERE key = ?", keyOf(scope, actor));
    return (found?.["id"] as string | undefined) ?? null;
  }

  /** Whether this login is an id that `intern` gave. */
  isId(login: string): boolean {
    return /^p-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/.test(login);
  }

  /** @returns `null` for an unknown or forgotten person */
  of(id: string): Actor | null {
    const cached = this.#byId.get(id);
    if (cached !== undefined) return cached;
    const actor = readPerson(this.#db, id);
    remember(this.#byId, id, actor);
    return actor;
  }

  find(word: string): string[] {
    return findPersons(this.#db, word);
  }

  /** Drops the names; the id stays in the log and means nobody. */
  forget(id: string): void {
    this.#db.run("UPDATE person SET key = NULL, name = NULL, login = NULL WHERE id = ?", id);
    this.clear();
  }

  clear(): void {
    this.#byKey.clear();
    this.#byId.clear();
  }
}

/** @returns `null` for an unknown or forgotten person */
export function readPerson(db: Connection, id: string): Actor | null {
  const row = db.get("SELECT name, login FROM person WHERE id = ?", id);
  const known = row !== undefined && (row["name"] !== null || row["login"] !== null);
  return known ? { name: row["name"] as string | null, login: row["login"] as string | null } : null;
}

/** Ids of the persons whose name or login is this word (case folded). */
export function findPersons(db: Connection, word: string): string[] {
  const rows = db.all(
    "SELECT id FROM person WHERE lower(name) = lower(?) OR lower(login) = lower(?) LIMIT 500",
    word,
    word,
  );
  return rows.map((row) => row["id"] as string);
}

const keyOf = (scope: string, { name, login }: Actor): string => `${scope}\n${login ?? `name:${name}`}`;

function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  if (cache.size >= CACHE) cache.clear();
  cache.set(key, value);
}
