// Ids as people copy them: the unique start is enough, and one that fits several names the candidates.
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { deployment } from "./data-services.ts";

let door: CliDoor;
beforeAll(async () => {
  door = cliDoor();
  await door.append(deployment("1"));
});
afterAll(() => door.remove());

interface Listed {
  id: string;
  name: string;
}
const itemsOf = async (...words: string[]): Promise<Listed[]> =>
  JSON.parse((await door.vice(...words, "--json")).out).items;

test("a token is revoked by the start of its id; a start that fits several names them and revokes none", async () => {
  for (const name of ["one", "two", "three"]) await door.vice("token", "create", name);
  const tokens = await itemsOf("token", "list");
  const wide = await door.vice("token", "revoke", tokens[0]?.id.slice(0, 8) ?? "", "--yes");
  expect(wide.code).toBe(64);
  for (const { id } of tokens) expect(wide.err).toContain(id);
  const two = tokens.find(({ name }) => name === "two")?.id ?? "";
  expect((await door.vice("token", "revoke", two.slice(0, 23), "--yes")).out).toContain('"two"');
  expect((await itemsOf("token", "list")).map(({ name }) => name).toSorted()).toEqual(["one", "three"]);
  expect((await door.vice("token", "revoke", "abcdef12", "--yes")).code).toBe(66);
});

test("an activity is shown by the start of its id", async () => {
  const [{ id = "" } = {}] = await itemsOf("deployments");
  expect((await door.vice("deployments", "show", id.slice(0, 8))).out).toContain(id);
});

test("what ends an event finds its id by the start, or says why not", async () => {
  const [{ id = "" } = {}] = await itemsOf("deployments");
  const script = `const { findId } = await import(${JSON.stringify(import.meta.resolve("../src/app/main.ts"))});
    console.log(await findId(${JSON.stringify(id.slice(0, 9))}, []), await findId("abcdef12", []));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: process.env["PATH"], VICE_HOME: door.home },
    encoding: "utf8",
  });
  expect(stdout).toBe(`${id} 66\n`);
  expect(stderr).toContain('error: There is no activity "abcdef12".\n  List them');
});
