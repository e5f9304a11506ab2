// `vice query` leads people to its views: in the help, without SQL, and after a slip.
import { afterAll, beforeAll, expect, test } from "vitest";
import { QUERY_VIEWS } from "../src/adapters/store/sqlite/views.ts";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { deployment } from "./data-services.ts";

let door: CliDoor;
beforeAll(async () => {
  door = cliDoor();
  await door.append(deployment("1"));
});
afterAll(() => door.remove());

test("help lists every view with its columns", async () => {
  const { out } = await door.vice("help", "query");
  for (const { name, columns } of QUERY_VIEWS) {
    expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
    for (const column of columns) expect(out).toContain(column.name);
  }
});

test("without SQL it names the views", async () => {
  const { code, err } = await door.vice("query");
  expect(code).toBe(64);
  expect(err).toContain(`Views: ${QUERY_VIEWS.map(({ name }) => name).join(", ")}`);
});

test.each([
  ["SELECT * FROM deploymnets", 'Did you mean "deployments"? The views are: deployments, '],
  ["SELECT servce FROM deployments", 'Did you mean "service"? Views and columns: vice help query'],
])("%s", async (sql, hint) => {
  const { code, err } = await door.vice("query", sql);
  expect([code, err]).toEqual([64, expect.stringContaining(hint)]);
});

test("a parameter in both forms", async () => {
  const sql = "SELECT version FROM deployments WHERE service = :s AND 1 = :n";
  const { out } = await door.vice("query", sql, "--param", "s=shop", "--param", "n:=1", "--json");
  expect(JSON.parse(out).rows).toEqual([["v1"]]);
});

test("the forms in which it is shown", async () => {
  const sql = "SELECT service, 'a|b' AS odd, 2 AS n FROM deployments";
  const of = async (format: string) => (await door.vice("query", sql, "--format", format)).out;
  expect(await of("csv")).toBe("service,odd,n\r\nshop,a|b,2\n");
  expect(await of("markdown")).toBe("| service | odd | n |\n| --- | --- | ---: |\n| shop | a\\|b | 2 |\n");
  expect(JSON.parse(await of("json"))).toMatchObject({
    columns: ["service", "odd", "n"],
    rows: [["shop", "a|b", 2]],
  });
  expect(await of("table")).toMatch(/^SERVICE {2}ODD {2}N\nshop {5}a\|b {2}2\n\n1 row in \d+ ms\.\n$/);
});

test("a saved query by its name, and the nearest one", async () => {
  const saved = await door.vice(
    "query",
    "save",
    "mine",
    "SELECT version FROM deployments WHERE service = :s",
  );
  expect(saved.out).toBe("Saved. Run it: vice query @mine --param s=...\n");
  const { out } = await door.vice("query", "@mine", "--param", "s=shop", "--csv");
  expect(out).toBe("version\r\nv1\r\n");
  const { code, err } = await door.vice("query", "@sorces");
  expect([code, err]).toEqual([66, expect.stringMatching(/sources/)]);
  expect((await door.vice("query", "list")).out).toMatch(/^@mine +:s +now/m);
});
