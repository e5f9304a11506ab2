// Few processes answer many questions, and what ends one question spoils no other: counted on real processes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore } from "../../../test/data-services.ts";
import { ReaderPool } from "./reader-pool.ts";
import { ReaderProcess, type WorkerAnswer } from "./reader-process.ts";

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-readers-"));
  file = join(folder, "vice.db");
  openStore(file, "write").close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function counted(): {
  started: ReaderProcess[];
  ask: (sql: string, timeoutMs?: number) => Promise<WorkerAnswer>;
} {
  const started: ReaderProcess[] = [];
  const pool = new ReaderPool(() => {
    const reader = new ReaderProcess();
    started.push(reader);
    return reader;
  });
  const ask = (sql: string, timeoutMs = 20_000): Promise<WorkerAnswer> => {
    const limits = { timeoutMs, rows: 10, bytes: 1000 };
    const moment = { nowMs: 0, abandonAfterMs: 1 };
    return pool.ask({ file, request: { sql, params: {}, limits, moment } }, () => new Error("too large"));
  };
  return { started, ask };
}

const FOREVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

test("one question after another is answered by one process, each by its own words", async () => {
  const { started, ask } = counted();
  for (let n = 0; n < 5; n += 1) expect(await ask(`SELECT ${n} AS n`)).toMatchObject({ rows: [[n]] });
  expect(await ask("SELECT percentile(1, -1)")).toMatchObject({ ok: false });
  expect(await ask("SELECT unheard FROM deployments")).toMatchObject({
    ok: false,
    problem: expect.stringContaining("no such column"),
  });
  expect(started).toHaveLength(1);
});

test("many at once start at most four, and all are answered", async () => {
  const { started, ask } = counted();
  const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => ask(`SELECT ${n} AS n`)));
  expect(answers.map((answer) => (answer.ok ? answer.rows[0]?.[0] : null))).toEqual(
    Array.from({ length: 30 }, (_, n) => n),
  );
  expect(started.length).toBeLessThanOrEqual(4);
});

test("one that never ends is ended at its limit, holds nobody up, and leaves no process behind", async () => {
  const { started, ask } = counted();
  const endless = ask(FOREVER, 1500).catch((error: unknown) => error);
  expect(await ask("SELECT 1")).toMatchObject({ rows: [[1]] });
  expect(await endless).toMatchObject({ code: "query.timeout" });
  expect(await ask("SELECT 2")).toMatchObject({ rows: [[2]] });
  expect(started.map(({ isAlive }) => isAlive)).toEqual([false, true]);
});

test("one that is killed from outside while it waits is not asked again", async () => {
  const { started, ask } = counted();
  await ask("SELECT 1");
  started[0]?.end();
  expect(await ask("SELECT 2")).toMatchObject({ rows: [[2]] });
  expect(started).toHaveLength(2);
});

test("what other programs take for the end of a line is text like any other", async () => {
  expect(await counted().ask("SELECT 'a\u2028b\u2029c' AS t")).toMatchObject({ rows: [["a\u2028b\u2029c"]] });
});

test("where no process can be begun all who ask hear it, and are answered when one can be again", async () => {
  let isFull = true;
  const pool = new ReaderPool(() => {
    if (isFull) throw new Error("too many open files");
    return new ReaderProcess();
  });
  const limits = { timeoutMs: 20_000, rows: 10, bytes: 1000 };
  const request = { sql: "SELECT 1", params: {}, limits, moment: { nowMs: 0, abandonAfterMs: 1 } };
  const ask = () => pool.ask({ file, request }, () => new Error("too large"));
  for (let n = 0; n < 5; n += 1) await expect(ask()).rejects.toThrow("too many open files");
  isFull = false;
  const first = ask();
  isFull = true;
  const [answer, ...others] = await Promise.allSettled([first, ask(), ask()]);
  expect(answer).toMatchObject({ value: { rows: [[1]] } });
  expect(others.length).toBe(2);
  isFull = false;
  expect(await ask()).toMatchObject({ rows: [[1]] });
});

test("one that is closed already says so at once", async () => {
  const reader = new ReaderProcess();
  const limits = { timeoutMs: 20_000, rows: 10, bytes: 1000 };
  const request = { sql: "SELECT 1", params: {}, limits, moment: { nowMs: 0, abandonAfterMs: 1 } };
  const ask = () => reader.ask({ file, request }, () => new Error("too large"));
  await ask();
  reader.end();
  await expect
    .poll(() => ask().catch((error: unknown) => error), { timeout: 5000 })
    .toMatchObject({
      code: "bug",
    });
  await expect(ask()).rejects.toMatchObject({ code: "bug" });
});
