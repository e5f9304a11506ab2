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
  it("reads every documented column of every view", () => {
    const db = openReadOnly(house.store.maintenance.health().file, { nowMs: T0, abandonAfterMs: 0 });
    for (const { name, columns } of QUERY_VIEWS) {
      const said = columns.map((column) => column.name);
      const each = db.prepare(`SELECT ${said.map((column) => `"${column}"`).join(", ")} FROM ${name}`);
      const all = db.prepare(`SELECT * FROM ${name}`);
      for (const statement of [each, all]) {
        statement.all();
        expect(
          statement.columns().map((column) => column.name),
          name,
        ).toEqual(said);
      }
      expect(queryReference()).toContain(`## ${name}\n`);
    }
    db.close();
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

describe("what it can compute", () => {
  it("percentiles, linear between neighbours, without unknown values", async () => {
    const of =
      "FROM (SELECT column1 AS x, column2 AS g FROM (VALUES (10, 'a'), (20, 'a'), (40, 'a'), (NULL, 'a'), (7, 'b'), (NULL, 'c')))";
    expect(
      await rows(
        `SELECT g, percentile(x, 0.5), percentile(x, 0.75), percentile(x, 75), median(x), percentile(x, 1) ${of} GROUP BY g`,
      ),
    ).toEqual([
      ["a", 20, 30, 30, 20, 40],
      ["b", 7, 7, 7, 7, 7],
      ["c", null, null, null, null, null],
    ]);
    const many = "WITH RECURSIVE c(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM c LIMIT 1001)";
    expect(await rows(`${many} SELECT percentile(x, 0.95), median(x) FROM c`)).toEqual([[950, 500]]);
    expect(await problem("SELECT percentile(1, -1)")).toMatch(/percentile wants a share from 0 to 1/);
  });
  it("buckets of time, in UTC and in the days of a place", async () => {
    const t = "'2026-10-25T23:30:00.000Z'"; // a Sunday; in Zurich Monday 00:30, and the clocks changed that day
    expect(
      await rows(
        `SELECT time_bucket('1 week', ${t}), time_bucket('week', ${t}, 'Europe/Zurich'), time_bucket('1 day', ${t}, 'Europe/Zurich'), time_bucket('15 minutes', ${t}), time_bucket('quarter', ${t}), time_bucket('2 years', ${t}), time_bucket('1 day', NULL), time_bucket('1 hour', 1793000000000)`,
      ),
    ).toEqual([
      [
        "2026-10-19T00:00:00.000Z",
        "2026-10-25T23:00:00.000Z",
        "2026-10-25T23:00:00.000Z",
        "2026-10-25T23:30:00.000Z",
        "2026-10-01T00:00:00.000Z",
        "2026-01-01T00:00:00.000Z",
        null,
        "2026-10-26T07:00:00.000Z",
      ],
    ]);
    // the day on which the clocks change begins with the former shift
    expect(await rows("SELECT time_bucket('1 day', '2026-10-25T12:00:00.000Z', 'Europe/Zurich')")).toEqual([
      ["2026-10-24T22:00:00.000Z"],
    ]);
    expect(await problem("SELECT time_bucket('1 fortnight', 0)")).toMatch(
      /"1 fortnight" is no width of time/,
    );
    expect(await problem("SELECT time_bucket('1 day', 0, 'Mars/Base')")).toMatch(
      /there is no time zone "Mars/,
    );
  });
  it("moments in words, by the clock of vice", async () => {
    expect(await rows("SELECT moment('1 hour ago'), moment(NULL)")).toEqual([[T0, null]]);
    expect(await problem("SELECT moment('soon')")).toMatch(/"soon" is no moment/);
  });
  it("names and actions as the product says them", async () => {
    expect(await rows("SELECT name, action FROM deployments WHERE version = 'v1'")).toEqual([
      ["shop v1 to prod-eu", "deployment"],
    ]);
  });
  it("takes texts in double quotes, as the founding documents write them", async () => {
    expect(await rows('SELECT count(*) FROM deployments WHERE source="gitlab"')).toEqual([[3]]);
  });
});

describe("where a query is wrong", () => {
  it.each([
    ["SELECT service\nFROM deployments\nWHER status = 'x' AND service = 'WHER'", "line 3, column 6"],
    ["SELECT service,\n  FORM, FORM deployments FORM", "line 2, column 26"],
    ["SELECT\n  'servce', servce FROM deployments", "line 2, column 13"],
    ["SELECT 1\nFROM deploymnets", "line 2, column 6"],
    ["SELECT 1,\n nope(1)", "line 2, column 2"],
    ["SELECT (1", "line 1, column 10"],
  ])("%s", async (sql, place) => {
    expect(await problem(sql)).toContain(place);
  });
});

describe("how it would be read", () => {
  const explain = async (sql: string) =>
    (await query(sql, { explain: true })).rows.map(([step, about]) => [step, about]);
  it("names the index and about how many rows there are, and no name of an inner view", async () => {
    expect(await explain("SELECT * FROM deployments WHERE occurred_ms > 5 ORDER BY version")).toEqual([
      ["Looks up activities by the index activity_time: only where occurred_ms>?", 3],
      ["Looks up persons by its key: only where id=?", 1],
      ["Sorts what it found", null],
    ]);
    expect(await explain("SELECT service, count(*) FROM deployments GROUP BY service")).toContainEqual([
      "Reads all of about 3 of activities by the index activity_time",
      3,
    ]);
    const all = JSON.stringify(
      await query("SELECT * FROM (SELECT DISTINCT * FROM services) JOIN environments", { explain: true }),
    );
    expect(all).not.toMatch(/i[0-9a-f]{32}/);
    expect(await explain("VALUES (1)")).toEqual([["Gives constants", null]]);
  });
  it("reads nothing, and refuses what may not be read", async () => {
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    expect((await explain(endless)).length).toBeGreaterThan(1);
    expect(await problem("SELECT hash FROM token", { explain: true })).toMatch(/cannot be read here/);
    expect(await problem("DELETE FROM event", { explain: true })).toMatch(/only read/);
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
  it("names the value that was not given, unless the query says what to take then", async () => {
    expect(await problem("SELECT ':a', :s, :t")).toBe("query.refused: The query needs a value for :s, :t.");
    await expect(query("SELECT :s")).rejects.toMatchObject({
      hint: expect.stringContaining("--param s=..."),
      details: { missing: ["s"] },
    });
    expect(await rows("SELECT :s", { params: { s: null } })).toEqual([[null]]);
    expect(await rows("SELECT coalesce( :days, 90), :s IS NULL OR 0")).toEqual([[90, 1]]);
    expect(await problem("SELECT coalesce(:day, 1), :days")).toMatch(/ :days\.$/);
    expect(await query("SELECT :s", { explain: true })).toBeDefined();
  });
  it.each([
    ["SELEC 1", '"SELEC" is no word that a query begins with.', "Did you mean SELECT?"],
    ["gimme", '"gimme" is no word that a query begins with.', "A query begins with SELECT, WITH or VALUES."],
    [
      "SELECT service FORM deployments",
      'SQLite does not expect "deployments", in line 1, column 21.',
      'Before it stands "FORM": did you mean FROM?',
    ],
    [
      "SELECT 1 FROM deployments WHER 1 = 1",
      'SQLite does not expect "1", in line 1, column 32.',
      'Before it stands "WHER": did you mean WHERE?',
    ],
    [
      "SELECT 1\nFROM deployments GROUP BY 1 ODRER BY 1",
      'SQLite does not expect "ODRER", in line 2, column 29.',
      "Did you mean ORDER?",
    ],
  ])("says which word of %j is mistyped", async (sql, message, hint) => {
    await expect(query(sql)).rejects.toMatchObject({ code: "query.refused", message, hint });
  });
  it("refuses unknown parameters and says which", async () => {
    expect(await problem("SELECT 1", { params: { x: 1 } })).toBe(
      'query.refused: The query has no parameter ":x".',
    );
  });
});
