/** Steps that bring the log tables of an older store forward; read models are built again, never migrated. */
import { existsSync, renameSync, rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "./schema.ts";

/** What leads from one schema version to the next: `1` brings a store of version 1 to version 2. */
export const STEPS: Readonly<Record<number, (db: DatabaseSync) => void>> = {};

/** Where the store is kept as it was before it was migrated. */
export const copyBefore = (file: string, version: number): string => `${file}.schema-${version}`;

/**
 * Copies the store beside itself, then takes all steps in one transaction. A store that is up to date is left alone.
 * @param found its schema version, lower than or equal to ours
 * @returns where the copy stands, or `null` when nothing was to be done
 */
export function migrate(
  db: DatabaseSync,
  file: string,
  found: number,
  steps = STEPS,
  wanted = SCHEMA_VERSION,
): string | null {
  if (found >= wanted) return null;
  const copy = copyBefore(file, found);
  if (!existsSync(copy)) copyWhole(db, copy);
  db.exec("BEGIN IMMEDIATE");
  try {
    for (let version = found; version < wanted; version++) steps[version]?.(db);
    db.exec(`PRAGMA user_version = ${wanted}`);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
  return copy;
}

/** Under its name there is only ever a whole copy: one that was broken off is made anew. */
function copyWhole(db: DatabaseSync, copy: string): void {
  const unfinished = `${copy}.new`;
  rmSync(unfinished, { force: true });
  db.prepare("VACUUM INTO ?").run(unfinished);
  renameSync(unfinished, copy);
}
