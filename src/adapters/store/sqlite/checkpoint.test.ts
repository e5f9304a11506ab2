/** The log is moved into the main file beside the writer: it stays short, and nothing is lost however the store ends. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, openStore, T0 } from "../../../../test/data-services.ts";
import { sha256Hex } from "../../../kit/ids.ts";
import type { Store } from "../../../ports/store.ts";
import { FALLBACK_FRAMES } from "./checkpoint.ts";
import { framesLeft } from "./wal-index.ts";

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
  append();
  const before = framesLeft(file);
  append();
  expect(before).toBeGreaterThan(5);
  expect(framesLeft(file)).toBeGreaterThan(before);
  expect(framesLeft(join(folder, "other.db"))).toBe(0);
});

test("a store that closes while the thread is at work is whole", async () => {
  for (let i = 0; i < 600; i += 1) append();
  await wait(2);
  store.close();
  store = openStore(file, "write");
  expect(store.log.head().seq).toBe(600);
  expect(await store.log.verify(null, () => {})).toMatchObject({ ok: true });
});
