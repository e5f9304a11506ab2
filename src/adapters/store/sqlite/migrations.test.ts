/** Opening stores of other versions: newer ones are refused, older ones copied and brought forward. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256Hex } from "../../../kit/ids.ts";
import { openConnection } from "./connection.ts";
import { copyBefore, migrate } from "./migrations.ts";
import { SCHEMA_VERSION } from "./schema.ts";

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "vice-schema-"));
  file = join(home, "vice.db");
  openConnection(file, "write").close();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function withFile(work: (db: DatabaseSync) => void): void {
  const db = new DatabaseSync(file);
  work(db);
  db.close();
}

test("a newer store is refused, and not a byte of it is touched", () => {
  withFile((db) => db.exec(`PRAGMA journal_mode = DELETE; PRAGMA user_version = ${SCHEMA_VERSION + 1}`));
  const before = sha256Hex(readFileSync(file));
  for (const mode of ["write", "read"] as const) {
    expect(() => openConnection(file, mode)).toThrow(expect.objectContaining({ code: "store.newer" }));
  }
  expect(sha256Hex(readFileSync(file))).toBe(before);
});

test("an older store is copied as it was and brought forward step by step", () => {
  withFile((db) => {
    db.exec("INSERT INTO meta VALUES ('kept', 'yes')");
    const steps = {
      1: (at: DatabaseSync) => at.exec("ALTER TABLE token ADD COLUMN first TEXT"),
      2: (at: DatabaseSync) => at.exec("ALTER TABLE token ADD COLUMN second TEXT"),
    };
    expect(migrate(db, file, 1, steps, 3)).toBe(copyBefore(file, 1));
    expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: 3 });
    expect(db.prepare("SELECT first, second FROM token").all()).toEqual([]);
  });
  const copy = new DatabaseSync(copyBefore(file, 1), { readOnly: true });
  expect(copy.prepare("PRAGMA user_version").get()).toEqual({ user_version: 1 });
  expect(copy.prepare("SELECT value FROM meta WHERE key = 'kept'").get()).toEqual({ value: "yes" });
  copy.close();
});

test("a copy that was broken off is made anew", () => {
  writeFileSync(`${copyBefore(file, 1)}.new`, "half of a copy");
  withFile((db) => migrate(db, file, 1, {}, 3));
  expect(existsSync(`${copyBefore(file, 1)}.new`)).toBe(false);
  withFile((db) => db.prepare("ATTACH ? AS copy").run(copyBefore(file, 1)));
});

test("a step that fails leaves the store as it was", () => {
  withFile((db) => {
    const steps = {
      1: (at: DatabaseSync) => at.exec("ALTER TABLE token ADD COLUMN first TEXT"),
      2: () => {
        throw new Error("broken");
      },
    };
    expect(() => migrate(db, file, 1, steps, 3)).toThrow("broken");
    expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: 1 });
    expect(() => db.prepare("SELECT first FROM token")).toThrow();
  });
});

test("a store that is up to date is not copied", () => {
  openConnection(file, "write").close();
  expect(existsSync(copyBefore(file, SCHEMA_VERSION))).toBe(false);
});

test("read models of another version are made anew, also when their tables look different", () => {
  withFile((db) => {
    db.exec("UPDATE meta SET value = '0' WHERE key = 'readModelVersion'");
    db.exec("INSERT OR REPLACE INTO meta VALUES ('projectedSeq', '7')");
    db.exec("DROP TABLE activity; CREATE TABLE activity (n INTEGER PRIMARY KEY, other TEXT)");
  });
  const connection = openConnection(file, "write");
  expect(connection.meta("projectedSeq")).toBe("0");
  expect(connection.all("SELECT id, doc FROM activity")).toEqual([]);
  connection.close();
});
