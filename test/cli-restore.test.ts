// What a person reads after a restore: which home to use from now on, and which secrets to enter again.
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliDoor, cliDoor } from "./cli-door.ts";
import { deployment } from "./data-services.ts";

let door: CliDoor;
beforeEach(async () => {
  door = cliDoor();
  await door.append(deployment("1"));
});
afterEach(() => door.remove());

const backups = () => join(door.home, "backups");
const restoredTo = async (folder: string) => {
  const to = join(door.home, folder);
  return { to, said: await door.vice("data", "restore", backups(), "--to", to, "--yes") };
};

test("the home is named with VICE_HOME, the secrets by where they were", async () => {
  await door.vice("source", "connect", "github");
  await door.vice("data", "backup", backups());
  const { to, said } = await restoredTo("other");
  expect(said.code).toBe(0);
  expect(said.out).toContain(`Use it: VICE_HOME=${to} vice serve\n`);
  expect(said.out).toContain("Secrets are not part of a backup. Enter again: secrets.json: github\n");
});

test("a path with blanks is quoted, and no secret is a word too", async () => {
  await door.vice("data", "backup", backups());
  const { to, said } = await restoredTo("an other");
  expect(said.out).toContain(`Use it: VICE_HOME='${to}' vice serve\n`);
  expect(said.out).toContain("it names none that were left out");
});

test("the place of the backup is looked at before the home", async () => {
  const said = await door.vice("data", "restore", join(door.home, "nowhere"), "--yes");
  expect(said).toMatchObject({ code: 66, err: expect.stringContaining("There is no backup") });
});
