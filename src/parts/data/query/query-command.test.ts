// People's SQL against a real store: what it gives, and everything that it must not reach.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deployment, type House, openHouse, T0 } from "../../../../test/data-services.ts";
import { openReadOnly } from "../../../adapters/query/read-only.ts";
import { queryReference } from "../../../adapters/query/reference.ts";
import { readingStatement } from "../../../adapters/query/statement.ts";
import { QUERY_VIEWS } from "../../../adapters/store/sqlite/views.ts";
import { invoke } from "../../../kit/command.ts";
import type { QueryResult } from "../../../ports/query.ts";
import { queryCommand } from "./query-command.ts";

let house: House;
const query = (sql: string, more: Record<string, unknown> = {}): Promise<QueryResult> =>
  invoke(queryCommand, { sql, ...more }, house.context()) as Promise<QueryResult>;
const rows = async (sql: string, more?: Record<string, unknown>) => (await query(sql, more)).rows;
const problem = (sql: string, more?: Record<string, unknown>) =>
  query(sql, more).then(
    (result) => `not refused: ${JSON.stringify(result.rows)}`,
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );

beforeAll(() => {
  house = openHouse();
  const actor = { name: "Sidney Jones", login: "sidney" };
  const commitSha = "2".repeat(40);
  house.store.log.append([
    deployment("1", {
      actor,
      commitSha,
      startedAt: new Date(T0 - 90_000).toISOString(),
      tags: { tool: "gcloud" },
    }),
    deployment("2", { service: "cart", environment: "Staging" }, "running", T0 - 7 * 3_600_000),
    deployment("3", { service: "cart", environment: "Staging" }, "running", T0),
  ]);
  house.store.tokens.create({
    id: "t",
    name: "ci",
    sha256: "ab".repeat(32),
    scopes: ["admin"],
    createdMs: T0,
    expiresMs: null,
  });
});
afterAll(() => house.close());

describe("what it reads", () => {
  it("gives deployments in the normal form, with the person's login", async () => {
    const { columns, rows: found } = await query(
      "SELECT service, environment, status, version, commit_sha, actor, actor_name, finished_at, duration_ms FROM deployments WHERE service = 'shop'",
    );
    expect(columns).toEqual([
      "service",
      "environment",
      "status",
      "version",
      "commit_sha",
      "actor",
      "actor_name",
      "finished_at",
      "duration_ms",
    ]);
    const sha = "2".repeat(40);
    expect(found).toEqual([
      [
        "shop",
        "prod-eu",
        "succeeded",
        "v1",
        sha,
        "sidney",
        "Sidney Jones",
        "2026-11-20T10:00:00.000Z",
        90_000,
      ],
    ]);
  });
  it("computes abandoned by the present time, as every other door does", async () => {
    expect(await rows("SELECT version, status FROM activities WHERE service = 'cart' ORDER BY 1")).toEqual([
      ["v2", "abandoned"],
      ["v3", "running"],
    ]);
  });
  it("gives the same ids as the read models", async () => {
    const [[id] = []] = await rows("SELECT id FROM deployments WHERE version = 'v1'");
    expect(house.store.read.activity(String(id), T0)?.version).toBe("v1");
    expect(
      await rows("SELECT activity_id = :id, step FROM transitions WHERE activity_id = :id", {
        params: { id },
      }),
    ).toEqual([[1, "succeeded"]]);
  });
  it("gives what runs where, environments, deliveries, tags and names", async () => {
    expect(
      await rows("SELECT service, environment, running_version, last_status FROM services ORDER BY 1"),
    ).toEqual([
      ["cart", "Staging", null, "running"],
      ["shop", "prod-eu", "v1", "succeeded"],
    ]);
    expect(await rows("SELECT environment, tier, services, running FROM environments ORDER BY 1")).toEqual([
      ["Staging", "staging", 1, 0],
      ["prod-eu", "production", 1, 1],
    ]);
    expect(await rows("SELECT count(*), min(body_kept), max(received_at) FROM deliveries")).toEqual([
      [3, 1, "2026-11-20T10:00:00.000Z"],
    ]);
    expect(await rows("SELECT value FROM tags WHERE key = 'tool'")).toEqual([["gcloud"]]);
    expect(await rows("SELECT name, count FROM names ORDER BY 1")).toEqual([
      ["cart", 2],
      ["shop", 1],
    ]);
  });
  it("reads every documented column of every view", async () => {
    for (const { name, columns } of QUERY_VIEWS) {
      const result = await query(
        `SELECT ${columns.map((column) => `"${column.name}"`).join(", ")} FROM ${name}`,
      );
      expect(result.columns, name).toEqual(columns.map((column) => column.name));
      expect((await query(`SELECT * FROM ${name}`)).columns, name).toEqual(result.columns);
      expect(queryReference()).toContain(`## ${name}\n`);
    }
  });
  it("takes parameters, joins, WITH, VALUES, JSON and a closing semicolon", async () => {
    expect(await rows("SELECT :a, :b;", { params: { a: "x=1", ":b": 2 } })).toEqual([["x=1", 2]]);
    expect(await rows("VALUES (1), (2)")).toEqual([[1], [2]]);
    expect(
      await rows(
        "WITH d AS (SELECT * FROM deployments) SELECT count(*) FROM d JOIN activities USING (id) -- end",
      ),
    ).toEqual([[3]]);
    expect(await rows("SELECT value FROM deployments, json_each(tags) WHERE key = 'tool'")).toEqual([
      ["gcloud"],
    ]);
    expect(await rows("SELECT ';', x'ff', 9007199254740993")).toEqual([[";", "ff", "9007199254740993"]]);
  });
  it("stops at the row limit and says so", async () => {
    expect(await query("SELECT version FROM deployments", { limit: 2 })).toMatchObject({
      rows: [[expect.anything()], [expect.anything()]],
      truncated: true,
    });
    expect(await query("SELECT version FROM deployments", { limit: 3 })).toMatchObject({ truncated: false });
  });
});

describe("what it refuses", () => {
  it.each([
    "DELETE FROM event",
    "UPDATE activity SET status = 'x'",
    "INSERT INTO state VALUES (1,2,3,4)",
    "DROP TABLE event",
    "CREATE TABLE x (a)",
    "CREATE TEMP VIEW x AS SELECT 1",
    "PRAGMA table_info(event)",
    "PRAGMA writable_schema = 1",
    "ATTACH '/tmp/vice-query-attached.db' AS x",
    "VACUUM INTO '/tmp/vice-query-attached.db'",
    "EXPLAIN SELECT 1",
    "BEGIN",
    "SELECT 1; DELETE FROM event",
    "/* SELECT */ DELETE FROM event",
    "",
    "-- nothing",
    // reading beside the views
    "SELECT hash FROM token",
    "SELECT 1 FROM token",
    "SELECT * FROM state",
    "SELECT body FROM event",
    "SELECT body FROM main.delivery",
    "SELECT headers FROM delivery",
    "SELECT key FROM person",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM sqlite_temp_master",
    "SELECT * FROM pragma_table_info('event')",
    "SELECT * FROM pragma_database_list",
    // a clause that is called like a view, which SQLite reports as the reader of the table
    "WITH deployments AS (SELECT hash FROM token) SELECT * FROM deployments",
    "WITH deployments AS (SELECT body FROM event) SELECT * FROM deployments",
    "WITH activities(x) AS (SELECT body FROM delivery) SELECT x FROM activities",
    "SELECT * FROM (SELECT hash FROM token) AS deployments",
    "WITH x AS (SELECT 1) INSERT INTO state SELECT 1, 2, 3, 4",
    "WITH x AS (SELECT 1) DELETE FROM event",
    "SELECT load_extension('x')",
    "SELECT length(zeroblob(1000000000))",
    "SELECT readfile('/etc/passwd')",
  ])("%s", async (sql) => {
    const moment = { nowMs: T0, abandonAfterMs: 0 };
    const db = openReadOnly(house.store.maintenance.health().file, moment);
    expect(() => db.prepare(readingStatement(sql)).all()).toThrow(
      /not possible|prohibited|authoriz|too big|no such (?:function|table)|empty|one statement/i,
    );
    db.close();
    expect(existsSync("/tmp/vice-query-attached.db")).toBe(false);
    expect(house.store.log.head().seq).toBe(3);
  });
  it("says what was refused and what there is", async () => {
    expect(await problem("SELECT hash FROM token")).toMatch(
      /^query\.refused: token\.hash cannot be read here/,
    );
    expect(await problem("SELECT 1; SELECT 2")).toBe(
      "query.refused: Only one statement at a time can be run.",
    );
    expect(await problem("DROP TABLE event")).toMatch(/^query\.refused: DROP is not possible here/);
  });
  it("names the nearest view", async () => {
    await expect(query("SELECT * FROM deployment")).rejects.toMatchObject({
      code: "query.refused",
      hint: expect.stringContaining('Did you mean "deployments"?'),
    });
  });
  it("ends a query that runs too long, within its time", async () => {
    const began = performance.now();
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    expect(await problem(endless, { timeout: 0.3 })).toBe(
      "query.timeout: The query was stopped after 300 ms.",
    );
    expect(performance.now() - began).toBeLessThan(3000);
  });
  it("ends a query that takes too much memory", async () => {
    const hungry =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 10000) SELECT count(*) FROM (SELECT DISTINCT printf('%100000d', x) FROM c)";
    expect(await problem(hungry, { timeout: 20 })).toMatch(/^query\.refused: The query needs more memory/);
  });
  it("refuses unknown parameters and says which", async () => {
    expect(await problem("SELECT 1", { params: { x: 1 } })).toMatch(/Unknown named parameter/);
  });
});
