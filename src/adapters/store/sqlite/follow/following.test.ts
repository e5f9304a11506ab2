// What follows the activities is the same whether it followed them one by one or was made from all at once.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, expect, test } from "vitest";
import { type Connection, openConnection } from "../connection.ts";
import type { Followed, Follower } from "./follower.ts";
import { Following } from "./following.ts";
import { notFollowed } from "./not-taken.ts";

/** In memory where there is such a place: what is tried here has nothing to do with the disk. */
const home = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "vice-follow-"));
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
  const stepOver = () => db.transaction(() => following.stepOver(() => {}));
  expect(stepOver()).toMatchObject([{ follower: "counting", n: 2 }]);
  expect(seen).toEqual([2]);
  expect(following.isBehind()).toBe(false);
  expect(counts(db)).toEqual({ running: 1 });
  const [missing] = notFollowed(db);
  expect(missing).toMatchObject({ follower: "counting", activities: 1, problem: "breaks" });
  put(db, 2, "succeeded"); // what it never took in is not taken back
  follow(db, following);
  expect(counts(db)).toEqual({ running: 1, succeeded: 1 });
  expect(notFollowed(db)).toEqual([]);
});

test("a fault of the store is nobody's: nothing is noted, and it is tried again", () => {
  const db = connection();
  const following = new Following(db, [counting(1)]);
  db.transaction(() => following.resume());
  follow(db, following);
  put(db, 1, "failed");
  db.run(`UPDATE activity SET doc = '{"status":"failed","version":"breaks"}' WHERE n = 1`);
  const check = (error: unknown) => {
    throw error;
  };
  expect(() => db.transaction(() => following.stepOver(check))).toThrow("breaks");
  following.reload();
  expect(following.isBehind()).toBe(true);
  expect(notFollowed(db)).toEqual([]);
});

/** Counts as `counting` does, and is out of order as often as it is told. */
function unreliable(isBroken: (change: Followed) => boolean, version = 1): Follower {
  const follower = counting(version);
  return {
    ...follower,
    take: (db, batch) => {
      const result = follower.take(db, batch);
      if (batch.some(isBroken)) throw new Error("out of order");
      return result;
    },
  };
}

const anOp = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      n: fc.integer({ min: 1, max: 8 }),
      status: fc.constantFrom("running", "failed", "canceled"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ gone: fc.integer({ min: 1, max: 8 }) }) },
  { weight: 3, arbitrary: fc.record({ steps: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ version: fc.integer({ min: 1, max: 2 }) }) },
);

/** As the store's work does it: a batch, then one by one, then over it. */
function followOrStepOver(db: Connection, following: Following): void {
  for (const limit of [3, 1]) {
    try {
      db.transaction(() => following.step(limit));
      return;
    } catch {
      following.reload();
    }
  }
  db.transaction(() => following.stepOver(() => {}));
}

const followAll = (db: Connection, following: Following): void => {
  for (let step = 0; following.isBehind() && step < 1000; step += 1) followOrStepOver(db, following);
};

/** What `counted_status` holds when these activities and no others are counted. */
const countsOf = (db: Connection, where: string): unknown =>
  Object.fromEntries(
    db
      .all(`SELECT status, count(*) AS n FROM activity WHERE ${where} GROUP BY status ORDER BY status`)
      .map((row) => [row["status"], row["n"]]),
  );

function play(
  db: Connection,
  ops: ReadonlyArray<typeof anOp extends fc.Arbitrary<infer Op> ? Op : never>,
  make: (version: number) => Following,
): Following {
  let following = make(1);
  db.transaction(() => following.resume());
  for (const op of ops) {
    if ("status" in op) put(db, op.n, op.status);
    else if ("gone" in op) db.run("DELETE FROM activity WHERE n = ?", op.gone);
    else if ("steps" in op) for (let step = 0; step < op.steps; step += 1) followOrStepOver(db, following);
    else {
      following = make(op.version);
      db.transaction(() => following.resume());
    }
  }
  followAll(db, following);
  return following;
}

test("a follower that cannot take some has counted all others at any time, each as it is", () => {
  fc.assert(
    fc.property(fc.array(anOp, { maxLength: 60 }), (ops) => {
      const db = connection();
      const isBroken = ({ is }: Followed): boolean => is?.activity.status === "failed";
      const following = play(db, ops, (version) => new Following(db, [unreliable(isBroken, version)]));
      expect(following.isBehind()).toBe(false);
      expect(counts(db)).toEqual(countsOf(db, "status <> 'failed'"));
      const failed = db.all("SELECT n FROM activity WHERE status = 'failed' ORDER BY n");
      expect(db.all("SELECT n FROM not_taken ORDER BY n")).toEqual(failed);
    }),
    { numRuns: 60 },
  );
});

test("a follower that fails by chance has taken in what it noted, and after an update all", () => {
  fc.assert(
    fc.property(
      fc.array(anOp, { maxLength: 60 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 2 })),
      (ops, chance) => {
        const db = connection();
        const isBroken = (): boolean => chance.next().value === 0;
        play(db, ops, (version) => new Following(db, [unreliable(isBroken, version)], "1.0"));
        const noted = db.all("SELECT n, doc FROM not_taken");
        const sums = new Map(
          Object.entries(countsOf(db, "n NOT IN (SELECT n FROM not_taken)") as Record<string, number>),
        );
        for (const { doc } of noted) {
          if (doc === null) continue;
          const { status } = JSON.parse(doc as string) as { status: string };
          sums.set(status, (sums.get(status) ?? 0) + 1);
        }
        expect(counts(db)).toEqual(Object.fromEntries(sums));
        const { version } = JSON.parse(db.meta("follows.counting") ?? "") as { version: number };
        const updated = new Following(db, [counting(version)], "1.1");
        db.transaction(() => updated.resume());
        followAll(db, updated);
        expect(counts(db)).toEqual(countsOf(db, "true"));
        expect(notFollowed(db)).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});
