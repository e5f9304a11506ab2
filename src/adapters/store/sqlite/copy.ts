/** Copies the store as it is at one moment into another file, while writing goes on. */
import { backup, DatabaseSync } from "node:sqlite";
import { storeError } from "./connection.ts";

/** Pages a step: the progress is told after each, and a step of 4 MiB is read in a few milliseconds. */
const PAGES_A_STEP = 500;

/**
 * Reads by a connection of its own that stays in one read transaction: the copy is of the moment it began, so a writer
 * can neither make it begin again nor be mistaken for a failure of it (on one connection, the writer's calls between two
 * steps replace the error that the copy then reports).
 * @param progress told the share that is copied, 0 to 1
 * @throws ViceError `store.unavailable`, `store.damaged`, `store.busy`
 */
export async function copyStore(from: string, to: string, progress: (share: number) => void): Promise<void> {
  try {
    const source = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
    try {
      source.exec("BEGIN; SELECT count(*) FROM sqlite_schema;");
      await backup(source, to, {
        rate: PAGES_A_STEP,
        progress: ({ totalPages, remainingPages }) =>
          progress(totalPages === 0 ? 1 : 1 - remainingPages / totalPages),
      });
    } finally {
      source.close();
    }
  } catch (error) {
    throw storeError(error, to);
  }
}
