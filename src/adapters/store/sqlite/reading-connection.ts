/** A connection to the SQLite file with its statements kept and its errors in our words, and one that only reads. */
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { ViceError } from "../../../kit/errors.ts";
import { SCHEMA_VERSION } from "./schema.ts";

export type Row = Record<string, SQLInputValue>;

/** A connection with its prepared statements kept. */
export interface Connection {
  db: DatabaseSync;
  file: string;
  prepare(sql: string): StatementSync;
  get(sql: string, ...params: SQLInputValue[]): Row | undefined;
  all(sql: string, ...params: SQLInputValue[]): Row[];
  /** Rows as arrays, one at a time: tens of thousands of them cost half as much. The statement is asked in no other way. */
  each<R>(sql: string, take: (row: readonly SQLInputValue[]) => R, ...params: SQLInputValue[]): R[];
  run(sql: string, ...params: SQLInputValue[]): void;
  /** Runs `body` in one IMMEDIATE transaction; whatever it throws rolls back. */
  transaction<T>(body: () => T): T;
  meta(key: string): string | null;
  setMeta(key: string, value: string): void;
  close(): void;
}

/** SQLite's primary result codes, from its page "Result and Error Codes". */
const FULL = new Set([10, 13, 8, 14, 7]);
const DAMAGED = new Set([11, 26]);

/** Maps an error of `node:sqlite` to ours; others pass unchanged. */
export function storeError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof ViceError) return error;
  const errcode = "errcode" in error ? Number(error.errcode) : Number.NaN;
  const primary = errcode & 0xff;
  if (FULL.has(primary)) return new ViceError("store.unavailable", { problem: error.message }, error);
  if (DAMAGED.has(primary)) return new ViceError("store.damaged", { file, problem: error.message }, error);
  if (primary === 5 || primary === 6) return new ViceError("store.busy", { home: dirname(file) }, error);
  return error;
}

/** A connection that stays open after a failure would keep its locks for as long as the process lives. */
export function closedOnFailure(connection: Connection, body: (connection: Connection) => void): Connection {
  try {
    body(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** @throws ViceError `store.newer`, and what SQLite throws */
export function openForReading(file: string): Connection {
  return closedOnFailure(
    wrap(new DatabaseSync(file, { readOnly: true, timeout: 5000 }), file),
    (connection) => {
      checkVersion(connection);
      connection.db.exec("PRAGMA cache_size = -32768;");
    },
  );
}

/** @returns the schema version of the store. @throws ViceError `store.newer` */
export function checkVersion(connection: Connection): number {
  const found = Number(connection.get("PRAGMA user_version")?.["user_version"] ?? 0);
  if (found > SCHEMA_VERSION) {
    throw new ViceError("store.newer", { file: connection.file, found, known: SCHEMA_VERSION });
  }
  return found;
}

/** What a connection that writes has beside it. */
interface Beside {
  /** After each transaction. */
  committed(): void;
  close(): void;
}

export function wrap(db: DatabaseSync, file: string, beside: Beside | null = null): Connection {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  /** Damage shows wherever it is read, not only when the file is opened. */
  const clearly = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw storeError(error, file);
    }
  };
  const connection: Connection = {
    db,
    file,
    prepare,
    get: (sql, ...params) => clearly(() => prepare(sql).get(...params) as Row | undefined),
    all: (sql, ...params) => clearly(() => prepare(sql).all(...params) as Row[]),
    each: (sql, take, ...params) =>
      clearly(() => {
        const statement = prepare(sql);
        statement.setReturnArrays(true);
        const rows: readonly unknown[] = statement.all(...params);
        return rows.map((row) => take(Array.isArray(row) ? row : []));
      }),
    run: (sql, ...params) => clearly(() => void prepare(sql).run(...params)),
    transaction: (body) => {
      clearly(() => prepare("BEGIN IMMEDIATE").run());
      try {
        const result = body();
        prepare("COMMIT").run();
        beside?.committed();
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw storeError(error, file);
      }
    },
    meta: (key) =>
      (connection.get("SELECT value FROM meta WHERE key = ?", key)?.["value"] as string | undefined) ?? null,
    setMeta: (key, value) => connection.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value),
    close: () => {
      beside?.close();
      if (db.isOpen) db.close();
    },
  };
  return connection;
}
