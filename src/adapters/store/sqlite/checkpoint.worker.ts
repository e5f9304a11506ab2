/** Moves the write-ahead log into the main file, away from the thread that takes deliveries; see checkpoint.ts. */
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { framesLeft } from "./frames-left.ts";

/** Each round is short, because little came since the one before; where the writer is faster, no number of them suffices. */
const ROUNDS = 3;
const FEW = 64;

/** A file that is gone is not made anew. */
const file = pathToFileURL(workerData as string);
file.searchParams.set("mode", "rw");

parentPort?.on("message", () => {
  parentPort?.postMessage(checkpoint());
});

/** @returns what went wrong; it is tried again, and a full disk says so at the next append anyway */
function checkpoint(): string | null {
  let db: DatabaseSync | null = null;
  try {
    db = new DatabaseSync(file);
    for (let round = 0; round < ROUNDS; round += 1) {
      db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
      if (framesLeft(db) <= FEW) break;
    }
    return null;
  } catch (problem) {
    return String(problem);
  } finally {
    db?.close();
  }
}
