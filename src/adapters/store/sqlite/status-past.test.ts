/** What ran where at a moment in the past is what the house would have answered then. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployment, openStore, SETTINGS, T0 } from "../../../../test/data-services.ts";
import type { Store } from "../../../ports/store.ts";
import { openConnection } from "./connection.ts";
import { statusAt } from "./status-past.ts";

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "vice-past-"));
const file = join(folder, "vice.db");
let store: Store;
beforeAll(() => {
  store = openStore(file, "write");
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Minutes after `T0` at which it began and ended. */
function ran(id: string, step: "succeeded" | "failed", from: number, until: number): void {
  const version = `v${id}`;
  store.log.append([
    deployment(id, { version }, "running", T0 + from * MINUTE),
    deployment(id, { version }, step, T0 + until * MINUTE),
  ]);
}

const lastAt = (minute: number): string => {
  const [item] = store.read.status({ atMs: T0 + minute * MINUTE }, T0);
  return `${item?.lastAttempt.version} ${item?.lastAttempt.status}`;
};

test("of those that were open and those that had ended, the newest one is the last attempt", () => {
  ran("1", "succeeded", 0, 5);
  ran("2", "failed", 60, 180);
  ran("3", "failed", 120, 121);
  ran("4", "succeeded", 140, 160);
  expect(lastAt(90)).toBe("v2 running");
  expect(lastAt(130)).toBe("v3 failed");
  expect(lastAt(150)).toBe("v4 running");
  expect(lastAt(170)).toBe("v4 succeeded");
});

test("a moment long ago does not read all that came after it", () => {
  const db = new DatabaseSync(file);
  db.exec(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30000)
    INSERT INTO activity (id, dep, occurred_ms, kind, source, instance, service, environment, tenant, status, start_ms,
      finish_ms, counted, reported, matched, doc)
    SELECT randomblob(16), 1, ${T0} + i * 600000 + 1e8, 'deployment', 'gitlab', 'g', 'shop', 'prod-eu', '', 'failed',
      ${T0} + i * 600000 + 1e8 - 60000, ${T0} + i * 600000 + 1e8, 1, '', 1, '{}' FROM c`);
  db.close();
  expect(rowsLookedAt(10)).toBeLessThan(10);
  expect(rowsLookedAt(300_000)).toBeLessThan(200); // one in ten minutes, for as long as a deployment takes at most
});

/** How many rows `status` reads: each comparison of a start is counted, by a view that stands before the table. */
function rowsLookedAt(minute: number): number {
  const db = openConnection(file, "read");
  let rows = 0;
  db.db.function("looked_at", (value) => {
    rows += 1;
    return value;
  });
  const columns = db
    .all("PRAGMA table_info(activity)")
    .map(({ name }) => (name === "start_ms" ? "looked_at(start_ms) AS start_ms" : String(name)));
  db.db.exec(`CREATE TEMP VIEW activity AS SELECT ${columns.join(", ")} FROM main.activity`);
  const context = { nowMs: T0, abandonAfterMs: SETTINGS.abandonAfterMs, person: () => null };
  expect(statusAt(db, T0 + minute * MINUTE, undefined, [], context)).toHaveLength(1);
  db.close();
  expect(rows).toBeGreaterThan(0);
  return rows;
}
