/** Says how far the write-ahead log is ahead of the main file. */
import type { DatabaseSync } from "node:sqlite";

/**
 * Frames (pages written since) that the main file does not have yet; 0 when there is no log. Only SQLite may be asked:
 * whoever opens and closes one of its files otherwise drops the locks that this process has on it (sqlite.org, "How To
 * Corrupt An SQLite Database File", 2.2). An SQLite older than 3.51 does not know NOOP and moves what it can at once.
 */
export function framesLeft(db: DatabaseSync): number {
  const row = db.prepare("PRAGMA wal_checkpoint(NOOP)").get();
  return Number(row?.["log"] ?? 0) - Number(row?.["checkpointed"] ?? 0);
}
