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
