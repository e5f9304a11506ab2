/** The log is moved into the main file beside the writer: it stays short, and nothing is lost however the store ends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, openStore, T0 } from "../../../../test/data-services.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Store } from "../../../ports/store.ts";
import { Checkpointer, FALLBACK_FRAMES } from "./checkpoint.ts";
import { framesLeft } from "./frames-left.ts";

const PAGE_BYTES = 8192;
let folder: string;
let file: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-checkpoint-"));
  file = join(folder, "vice.db");
  store = openStore(file, "write");
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

let said = 0;
/** Deliveries of 20 KB each: some five pages for each commit. */
const append = (): void => {
  const item = deployment(`${said}`, {}, "succeeded", T0 + said++);
  if (item.delivery === null) throw new Error("a deployment comes with its delivery");
  const body = Buffer.alloc(20_000, `${said}`);
  const delivery = { ...item.delivery, body, bodySha256: sha256Hex(body) };
  const ref = { id: delivery.id, sha256: delivery.bodySha256 };
  store.log.append([{ delivery, events: item.events.map((event) => ({ ...event, delivery: ref })) }]);
};

test("the log stays far shorter than where SQLite would stop the writer for it", async () => {
  const commits = FALLBACK_FRAMES / 3;
  for (let i = 0; i < commits; i += 1) {
    append();
    await turn();
  }
  expect(statSync(`${file}-wal`).size).toBeLessThan((FALLBACK_FRAMES * PAGE_BYTES) / 2);
  expect(statSync(file).size).toBeGreaterThan(commits * 20_000 * 0.5);
});

test("says how much is left, and 0 where there is no log", () => {
  const reader = new DatabaseSync(file, { readOnly: true });
  append();
  const before = framesLeft(reader);
  append();
  expect(before).toBeGreaterThan(5);
  expect(framesLeft(reader)).toBeGreaterThan(before);
  reader.close();
  expect(framesLeft(new DatabaseSync(":memory:"))).toBe(0);
});

test("a look at the log that fails is not told as a commit that failed", () => {
  const db = new DatabaseSync(join(folder, "other.db"));
  const checkpointer = new Checkpointer(db, join(folder, "other.db"));
  db.close();
  for (let i = 0; i < 64; i += 1) checkpointer.committed();
  checkpointer.close();
});

test("a store that closes while the thread is at work is whole", async () => {
  for (let i = 0; i < 600; i += 1) append();
  await wait(2);
  store.close();
  store = openStore(file, "write");
  expect(store.log.head().seq).toBe(600);
  expect(await store.log.verify(null, () => {})).toMatchObject({ ok: true });
});

/** Opens the store that its argument names, and commits until it is told to end. */
const WRITER = `
  import { openConnection } from ${JSON.stringify(new URL("./connection.ts", import.meta.url).href)};
  const store = openConnection(process.argv[1], "write");
  const going = setInterval(() => {
    for (let i = 0; i < 32; i += 1) store.transaction(() => store.setMeta("said", String(i)));
    console.log("said");
  });
  process.stdin.once("data", () => {
    clearInterval(going);
    store.close();
  });
  process.stdin.once("end", () => process.exit());`;

test("other processes that read the file do the writer no harm: its locks hold", async () => {
  const other = join(folder, "other.db");
  const writer = spawn(process.execPath, ["--input-type=module", "-e", WRITER, other], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(writer, "exit");
  await once(writer.stdout, "data");
  writer.stdout.resume();
  for (let i = 0; i < 50; i += 1) {
    const reader = new DatabaseSync(other, { readOnly: true, timeout: 2000 });
    expect(reader.prepare("SELECT count(*) AS n FROM event").get()).toEqual({ n: 0 });
    reader.close();
    await wait(2);
  }
  writer.stdin.end("end");
  expect(await ended).toEqual([0, null]);
});
