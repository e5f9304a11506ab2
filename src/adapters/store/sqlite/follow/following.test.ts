// What follows the activities is the same whether it followed them one by one or was made from all at once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { type Connection, openConnection } from "../connection.ts";
import type { Follower } from "./follower.ts";
import { Following } from "./following.ts";

const home = mkdtempSync(join(tmpdir(), "vice-follow-"));
const open: Connection[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Counts activities by status: what it wrote is right only when what was is taken away. */
const counting = (version: number): Follower => ({
  name: "counting",
  version,
  tables: "CREATE TABLE IF NOT EXISTS counted_status (status TEXT PRIMARY KEY, n INTEGER NOT NULL)",
  tableNames: ["counted_status"],
  take: (db, batch) => {
    const add = (status: string, by: number) =>
      db.run(
        "INSERT INTO counted_status VALUES (?, ?) ON CONFLICT DO UPDATE SET n = n + excluded.n",
        status,
        by,
      );
    for (const { was, is } of batch) {
      if (was !== null) add(String(was.activity.status), -1);
      if (is !== null) {
        if (is.activity.status === "failed" && is.activity.version === "breaks") throw new Error("breaks");
        add(String(is.activity.status), 1);
      }
    }
    return [];
  },
});

let made = 0;
function connection(): Connection {
  made += 1;
  const db = openConnection(join(home, `store-${made}.db`), "write");
  open.push(db);
  return db;
}

function put(db: Connection, n: number, status: string): void {
  const doc = JSON.stringify({ status });
  db.run(
    `INSERT INTO activity (n, id, dep, occurred_ms, kind, source, instance, service, environment, tenant, status, counted,
       reported, matched, doc) VALUES (?, ?, 0, ?, 'build', 'jenkins', '', '', '', '', ?, 1, '', 0, ?)
     ON CONFLICT (n) DO UPDATE SET doc = excluded.doc, status = excluded.status`,
    n,
    Buffer.alloc(16, n),
    n,
    status,
    doc,
  );
}

const counts = (db: Connection): unknown =>
  Object.fromEntries(
    db
      .all("SELECT status, n FROM counted_status WHERE n <> 0 ORDER BY status")
      .map((row) => [row["status"], row["n"]]),
  );

function follow(db: Connection, following: Following, limit = 2): void {
  for (let step = 0; following.isBehind() && step < 100; step += 1)
    db.transaction(() => following.step(limit));
}

test("what it was is taken away, what it is counts, and what is gone is gone", () => {
  const db = connection();
  const following = new Following(db, [counting(1)]);
  db.transaction(() => following.resume());
  for (const n of [1, 2, 3, 4, 5]) put(db, n, "running");
  follow(db, following);
  expect(counts(db)).toEqual({ running: 5 });
  put(db, 2, "failed");
  put(db, 3, "failed");
  put(db, 3, "succeeded");
  db.run("DELETE FROM activity WHERE n = 5");
  expect(following.isBehind()).toBe(true);
  follow(db, following);
  expect(counts(db)).toEqual({ failed: 1, running: 2, succeeded: 1 });
  expect(following.lag()).toBe(0);
});

test("a new version begins anew, sees everything once, and what changes meanwhile is neither lost nor counted twice", () => {
  const db = connection();
  const first = new Following(db, [counting(1)]);
  db.transaction(() => first.resume());
  for (const n of [1, 2, 3, 4, 5, 6]) put(db, n, "running");
  expect(first.isFarBehind(5)).toBe(true); // six are new to it
  expect(first.isFarBehind(6)).toBe(false);
  follow(db, first);
  const second = new Following(db, [counting(2)]);
  expect(second.isCurrent()).toBe(false);
  db.transaction(() => second.resume());
  db.transaction(() => second.step(3)); // it has seen 1 to 3
  put(db, 1, "failed");
  put(db, 6, "failed");
  put(db, 7, "running");
  follow(db, second);
  expect(counts(db)).toEqual({ failed: 2, running: 5 });
  expect(second.isCurrent()).toBe(true);
  expect(second.isBehind()).toBe(false);
});

test("one that a follower cannot take is stepped over, and the others take it", () => {
  const db = connection();
  const seen: number[] = [];
  const other: Follower = {
    ...{ name: "other", version: 1, tables: "", tableNames: [] },
    take: (_db, batch) => {
      for (const { n, is } of batch) if (is?.activity.version === "breaks") seen.push(n);
      return [];
    },
  };
  const following = new Following(db, [counting(1), other]);
  db.transaction(() => following.resume());
  follow(db, following);
  put(db, 1, "running");
  put(db, 2, "failed");
  db.run(`UPDATE activity SET doc = '{"status":"failed","version":"breaks"}' WHERE n = 2`);
  expect(() => db.transaction(() => following.step(5))).toThrow("breaks");
  db.transaction(() => following.step(1));
  expect(() => db.transaction(() => following.step(1))).toThrow("breaks");
  expect(seen).toEqual([]);
  expect(db.transaction(() => following.skip())).toEqual([2]);
  expect(seen).toEqual([2]);
  expect(following.isBehind()).toBe(false);
  expect(counts(db)).toEqual({ running: 1 });
});
