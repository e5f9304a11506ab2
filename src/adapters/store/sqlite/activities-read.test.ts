/** Reading history: however rare what is asked for is, one page looks at a bounded number of rows. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, expect, test } from "vitest";
import { openStore, T0 } from "../../../../test/data-services.ts";

const folder = mkdtempSync(join(tmpdir(), "vice-history-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MANY = `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 21000)
  INSERT INTO activity (id, dep, occurred_ms, kind, source, instance, service, environment, tenant, status, counted,
    reported, matched, doc)
  SELECT randomblob(16), 1, i, 'deployment', 'gitlab', 'g', 'shop', 'prod', '',
    CASE i WHEN 1 THEN 'failed' ELSE 'succeeded' END, 1, '', 1, '{"status":"failed"}' FROM c`;

test("a page with two filters ends early with a cursor, and the next one goes on from there", () => {
  const file = join(folder, "vice.db");
  const store = openStore(file, "write");
  const db = new DatabaseSync(file);
  db.exec(MANY);
  db.close();
  const rare = { environment: "prod", status: "failed" };
  const first = store.read.activities(rare, 10, null, T0);
  expect(first.items).toEqual([]);
  expect(first.next).not.toBeNull();
  const second = store.read.activities(rare, 10, first.next, T0);
  expect(second.items).toHaveLength(1);
  expect(second.next).toBeNull();
  store.close();
});
