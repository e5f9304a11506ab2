/** Opens the SQLite file: pragmas, schema version, and clear errors for damage, a full disk and a newer schema. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { ViceError } from "../../../kit/errors.ts";
import { Checkpointer, FALLBACK_FRAMES } from "./checkpoint.ts";
import { migrate } from "./migrations.ts";
import { LOG_TABLES, READ_MODEL_VERSION, READ_TABLE_NAMES, READ_TABLES, SCHEMA_VERSION } from "./schema.ts";

export type Row = Record<string, SQLInputValue>;

/** A connection with its prepared statements kept. */
export interface Connection {
  db: DatabaseSync;
  file: string;
  prepare(sql: string): StatementSync;
  get(sql: string, ...params: SQLInputValue[]): Row | undefined;
  all(sql: string, ...params: SQLInputValue[]): Row[];
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

/**
 * @param mode `write` creates the file and its tables; `read` opens what is there
 * @throws ViceError `store.damaged`, `store.newer`, `store.unavailable`
 */
export function openConnection(file: string, mode: "write" | "read"): Connection {
  try {
    if (mode === "write") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return mode === "write" ? openForWriting(file) : openForReading(file);
  } catch (error) {
    throw storeError(error, file);
  }
}

function openForWriting(file: string): Connection {
  const fresh = !existsSync(file) || statSync(file).size === 0;
  return closedOnFailure(wrap(new DatabaseSync(file, { timeout: 5000 }), file), (connection) =>
    prepareForWriting(connection, fresh),
  );
}

/** A connection that stays open after a failure would keep its locks for as long as the process lives. */
function closedOnFailure(connection: Connection, body: (connection: Connection) => void): Connection {
  try {
    body(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Pages of 8 KiB waste less on rows of 1 to 2 KB than those of 4 and cost a quarter less time to write (bench/append.ts);
 * the size counts only for a file that is made now. The cache is small because the system caches the file too.
 */
const WRITE_PRAGMAS = `PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = ${FALLBACK_FRAMES}; PRAGMA temp_store = MEMORY;`;

function prepareForWriting(connection: Connection, fresh: boolean): void {
  const found = fresh ? SCHEMA_VERSION : checkVersion(connection);
  connection.db.exec(WRITE_PRAGMAS);
  migrate(connection.db, connection.file, found);
  connection.transaction(() => {
    connection.db.exec(LOG_TABLES);
    if (fresh) connection.db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    if (connection.meta("readModelVersion") !== String(READ_MODEL_VERSION)) emptyReadModels(connection);
    connection.db.exec(READ_TABLES);
  });
}

/** Read models of another version are not kept: the log tells them again. */
function emptyReadModels(connection: Connection): void {
  for (const table of READ_TABLE_NAMES) connection.db.exec(`DROP TABLE IF EXISTS ${table}`);
  connection.setMeta("projectedSeq", "0");
  connection.setMeta("renamedTo", "");
  connection.setMeta("readModelVersion", String(READ_MODEL_VERSION));
}

function openForReading(file: string): Connection {
  return closedOnFailure(
    wrap(new DatabaseSync(file, { readOnly: true, timeout: 5000 }), file),
    (connection) => {
      checkVersion(connection);
      connection.db.exec("PRAGMA cache_size = -32768;");
    },
  );
}

/** @returns the schema version of the store. @throws ViceError `store.newer` */
function checkVersion(connection: Connection): number {
  const found = Number(connection.get("PRAGMA user_version")?.["user_version"] ?? 0);
  if (found > SCHEMA_VERSION) {
    throw new ViceError("store.newer", { file: connection.file, found, known: SCHEMA_VERSION });
  }
  return found;
}

function wrap(db: DatabaseSync, file: string): Connection {
  const checkpointer = new Checkpointer(db, file);
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
    run: (sql, ...params) => clearly(() => void prepare(sql).run(...params)),
    transaction: (body) => {
      clearly(() => prepare("BEGIN IMMEDIATE").run());
      try {
        const result = body();
        prepare("COMMIT").run();
        checkpointer.committed();
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
      checkpointer.close();
      if (db.isOpen) db.close();
    },
  };
  return connection;
}
