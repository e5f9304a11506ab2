/** Opens the SQLite file: pragmas, schema version, and clear errors for damage, a full disk and a newer schema. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Checkpointer, FALLBACK_FRAMES } from "./checkpoint.ts";
import { migrate } from "./migrations.ts";
import {
  type Connection,
  checkVersion,
  closedOnFailure,
  openForReading,
  storeError,
  wrap,
} from "./reading-connection.ts";
import { LOG_TABLES, READ_MODEL_VERSION, READ_TABLE_NAMES, READ_TABLES, SCHEMA_VERSION } from "./schema.ts";

export type { Connection, Row } from "./reading-connection.ts";
export { storeError } from "./reading-connection.ts";

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
  const db = new DatabaseSync(file, { timeout: 5000 });
  return closedOnFailure(wrap(db, file, new Checkpointer(db, file)), (connection) =>
    prepareForWriting(connection, fresh),
  );
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
  connection.db.exec("DELETE FROM meta WHERE key LIKE 'follows.%'");
  connection.setMeta("renamedTo", "");
  connection.setMeta("readModelVersion", String(READ_MODEL_VERSION));
}
