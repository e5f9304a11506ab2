// How much a deployment brings is counted in the clone before its gate; more than the limit needs --override with a reason.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contextOf } from "../../../../test/data-services.ts";
import { loadServerConfig } from "../../../app/config/server-config.ts";
import { type Wired, wire } from "../../../app/wire.ts";
import { type Command, invoke, type Principal } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import type { RunView } from "../../auto/index.ts";
import { deployCommands } from "../index.ts";
import { exitOf } from "./run-result.ts";

let folder: string;
let wired: Wired;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-batch-"));
  mkdirSync(join(folder, "shop"));
  const env = { ...process.env, VICE_HOME: join(folder, "home") };
  wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
});
afterEach(async () => {
  await wired.close();
  rmSync(folder, { recursive: true, force: true });
});

const kim: Principal = { id: "token:kim", name: "kim", scopes: ["admin"] };
const place = () => join(folder, "shop");

function git(...args: string[]): void {
  const who = ["-c", "user.name=Kim Lee", "-c", "user.email=kim@example.com"];
  execFileSync("git", ["-C", place(), ...who, ...args], { stdio: "ignore" });
}

function release(version: string, lines: number): void {
  writeFileSync(join(place(), "code.txt"), `${Array.from({ length: lines }, String).join("\n")}\n`);
  git("add", ".");
  git("commit", "-q", "-m", `${lines} lines`);
  git("tag", version);
}

async function deploy(input: object): Promise<RunView> {
  const environments = [{ name: "dev", maxLines: 5 }];
  const services = { shop: { target: { command: { deploy: "./deploy.sh" } } } };
  const text = JSON.stringify({ version: 1, project: "shop", services, environments });
  const files = [{ text, name: "vice.yaml", place: place(), changedAt: null, origin: "found" }];
  const command = deployCommands.find(({ id }) => id === "deploy.deploy") as Command<Services>;
  const ctx = contextOf(wired.services, { now: Date.now, principal: kim });
  return ((await invoke(command, { files, ...input }, ctx)) as { run: RunView }).run;
}
const ended = (run: RunView) => [exitOf(run), run.deployment?.outcome];

test("a batch over the limit is refused by its gate, and passes with --override", async () => {
  writeFileSync(join(place(), "deploy.sh"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  git("init", "-q", "-b", "main");
  release("v1", 1);
  expect(ended(await deploy({ version: "v1" }))).toEqual([0, "succeeded"]);
  release("v2", 41);
  const refused = await deploy({ version: "v2" });
  expect(ended(refused)).toEqual([23, "refused"]);
  expect(JSON.stringify(refused)).toContain("40 lines at once are more than the 5 that dev takes");
  const passed = await deploy({ version: "v2", override: "one migration" });
  expect(ended(passed)).toEqual([0, "succeeded"]);
  const events = wired.services.store.log.events(0, 1000);
  const overrides = events.filter(({ type }) => type === "vice.batch.overridden.v1");
  expect(overrides.map(({ data, actor }) => [data, actor])).toMatchObject([
    [{ version: "v2", reason: "one migration" }, "token:kim"],
  ]);
});

test("what has no name is not let pass: the override would be for whatever comes", async () => {
  writeFileSync(join(place(), "deploy.sh"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
  await expect(deploy({ override: "one migration" })).rejects.toMatchObject({ code: "input.invalid" });
  expect(wired.services.store.log.events(0, 1000).map(({ type }) => type)).not.toContain(
    "vice.batch.overridden.v1",
  );
  expect(ended(await deploy({}))).toEqual([0, "succeeded"]);
});
