// The outbox of the store: order, what is put in twice, checkpoints that hold with the rows, and stores without one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../../ports/store.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const settings = { configRules: [], sourceOrder: [], abandonAfterMs: 86_400_000, environmentOrder: [] };
let folder: string;
let store: Store;
const file = (): string => join(folder, "vice.db");
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-outbox-"));
  store = openSqliteStore({ file: file(), mode: "write", settings });
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const row = (id: string, channel = "ops"): { id: string; channel: string; payload: unknown } => ({
  ...{ id, channel, payload: { text: id } },
});

test("the first that waits holds up its channel and no other one", () => {
  const { outbox } = store;
  outbox.put([row("a"), row("b"), row("c", "duty")], 1000);
  expect(outbox.due(1000)).toEqual(["duty", "ops"]);
  outbox.settle(outbox.head("ops") ?? { n: 0 }, { state: "waiting", dueMs: 9000, error: "503" }, 1000);
  expect(outbox.due(8000)).toEqual(["duty"]);
  expect(outbox.due(9000)).toEqual(["duty", "ops"]);
  outbox.settle(outbox.head("ops") ?? { n: 0 }, { state: "given-up", dueMs: 9000, error: "503" }, 9000);
  expect(outbox.head("ops")?.id).toBe("b");
  expect(outbox.channels()).toMatchObject([
    { channel: "duty", waiting: 1, givenUp: 0, failing: null },
    { channel: "ops", waiting: 1, givenUp: 1 },
  ]);
});

test("what is put in again is as it was, and a checkpoint comes with its rows or not at all", () => {
  const { outbox } = store;
  expect(outbox.put([row("a")], 1000, { follower: "f", seq: 7 })).toHaveLength(1);
  expect(outbox.put([row("a"), row("a", "duty")], 2000)).toEqual([row("a", "duty")]);
  expect(outbox.knows(["x", "a"])).toBe(true);
  expect(outbox.knows(["x"])).toBe(false);
  const bad = { ...row("c"), payload: 1n };
  expect(() => outbox.put([row("b"), bad], 3000, { follower: "f", seq: 9 })).toThrow();
  expect(outbox.knows(["b"])).toBe(false);
  expect(outbox.checkpoint("f")).toBe(7);
  expect(outbox.checkpoint("g")).toBeNull();
});

test("a reader opens a store that has none yet", () => {
  store.close();
  const db = new DatabaseSync(file());
  db.exec("DROP TABLE outbox");
  db.close();
  store = openSqliteStore({ file: file(), mode: "read", settings });
  expect(store.outbox.list({ states: ["waiting"] }, 10)).toEqual([]);
  expect(store.outbox.channels()).toEqual([]);
  expect(store.outbox.knows(["a"])).toBe(false);
});
