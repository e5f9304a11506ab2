/** Reads all read models out of a store file, so that they can be compared with a rebuild, byte by byte. */
import { DatabaseSync } from "node:sqlite";
import { READ_TABLE_NAMES } from "../../src/adapters/store/sqlite/schema.ts";
import type { Store } from "../../src/ports/store.ts";

/** One line for each row of each read model, in a fixed order. */
export function readModels(file: string): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return READ_TABLE_NAMES.flatMap((table) => {
      const rows = db.prepare(`SELECT * FROM ${table}`).all();
      return rows.map((row) => `${table} ${JSON.stringify(row, hexed)}`).sort();
    });
  } finally {
    db.close();
  }
}

function hexed(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

/** Projects what is new, then throws the read models away and builds them again. */
export function builtTwice(store: Store, file: string): { live: string[]; rebuilt: string[] } {
  finish(store);
  const live = readModels(file);
  store.maintenance.startRebuild();
  finish(store);
  return { live, rebuilt: readModels(file) };
}

/** All background work, at once. */
export function finish(store: Store): void {
  while (!store.maintenance.work(50).idle);
}
