/** Old bodies are dropped piece by piece; the next run begins where nothing was left. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, openStore, T0 } from "../../../../test/data-services.ts";
import type { Store } from "../../../ports/store.ts";
import { openConnection } from "./connection.ts";
import { dropBodies } from "./drop-bodies.ts";

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vice-bodies-"));
  store = openStore(join(folder, "vice.db"), "write");
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const fill = (count: number): unknown =>
  store.log.append(
    Array.from({ length: count }, (_, n) => deployment(String(n), {}, "succeeded", T0 + n * 1000)),
  );
const bodies = (): number => store.deliveries.walk({}, 0, 10_000).filter(({ body }) => body !== null).length;
const remembered = (): string | null => {
  const db = openConnection(join(folder, "vice.db"), "read");
  const value = db.meta("bodiesDroppedTo");
  db.close();
  return value;
};

test("others have their turn in between, and what is younger stays", async () => {
  fill(1600);
  const seen: number[] = [];
  const look = setInterval(() => seen.push(bodies()), 0);
  expect(await store.deliveries.dropBodies(T0 + 1_200_000)).toBe(1200);
  clearInterval(look);
  expect(seen.some((left) => left > 400 && left < 1600)).toBe(true);
  expect(bodies()).toBe(400);
  expect(remembered()).toBe("1000");
  expect(await store.deliveries.dropBodies(T0 + 1_300_000)).toBe(100);
});

test("what was dropped is not looked at again, and what stands late among younger ones is found", async () => {
  fill(600);
  store.log.append([deployment("late", {}, "succeeded", T0 - 1000)]);
  expect(await store.deliveries.dropBodies(T0)).toBe(1);
  expect(remembered()).toBeNull();
  expect(await store.deliveries.dropBodies(T0 + 500_000)).toBe(500);
  expect(remembered()).toBe("500");
  const db = openConnection(join(folder, "vice.db"), "write");
  db.run("UPDATE delivery SET body = x'00' WHERE n = 3");
  expect(await dropBodies(db, T0 + 500_000)).toBe(0);
  db.close();
});
