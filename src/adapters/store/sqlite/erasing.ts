/** Deletes so that the bytes are gone from the files too, not only from the tables. */
import type { Connection } from "./connection.ts";

/** A reader in the middle of a statement keeps the write-ahead log from being emptied; it is not waited for longer. */
const WAIT_MS = 250;

/**
 * Freed bytes are overwritten with zeros, and the write-ahead log with the former pages is emptied (SQLite, "PRAGMA
 * secure_delete", "PRAGMA wal_checkpoint"). With a reader at work the log keeps them until the next checkpoint.
 * @param body says how many rows it changed; 0 leaves the log alone
 */
export function erasing(db: Connection, body: () => number): number {
  const count = overwriting(db, body);
  if (count > 0) emptyWal(db);
  return count;
}

/** Only the first half of it, for work in several pieces: `emptyWal` comes after the last one. */
export function overwriting<T>(db: Connection, body: () => T): T {
  db.db.exec("PRAGMA secure_delete = ON");
  try {
    return body();
  } finally {
    db.db.exec("PRAGMA secure_delete = OFF");
  }
}

export function emptyWal(db: Connection): void {
  db.db.exec(`PRAGMA busy_timeout = ${WAIT_MS}; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000`);
}
