// What a deployment goes back to, what a target cannot do, and what was done already when somebody says stop.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
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
  folder = mkdtempSync(join(tmpdir(), "vice-waits-"));
  mkdirSync(join(folder, "shop"));
  const env = { ...process.env, VICE_HOME: join(folder, "home") };
  wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
});
afterEach(async () => {
  await wired.close();
  rmSync(folder, { recursive: true, force: true });
});

const commands = new Map(deployCommands.map((command) => [command.id, command]));
const kim: Principal = { id: "token:kim", name: "kim", scopes: ["admin"] };
const call = (id: string, input: object): Promise<unknown> =>
  invoke(
    commands.get(`deploy.${id}`) as Command<Services>,
    input,
    contextOf(wired.services, { now: Date.now, principal: kim }),
  );
const run = async (id: string, input: object): Promise<RunView> =>
  ((await call(id, input)) as { run: RunView }).run;
const ended = (view: RunView) => [exitOf(view), view.deployment?.outcome];
const running = (): string | null =>
  wired.services.store.read.status({ environment: "dev", ephemeral: true }, Date.now())[0]?.running
    ?.version ?? null;

const sh = (script: string): string[] => ["sh", "-c", script];
/** Waits while there is a file `wait`; fails for versions that begin with "bad". */
const DEPLOY = sh(
  'echo "$VICE_VERB $VICE_VERSION" >> told; cat > stdin; while [ -e wait ]; do sleep 0.05; done; case "$VICE_VERSION" in bad*) exit 3;; esac',
);
const place = (): string => join(folder, "shop");
const project = (command: object = {}, more: object = {}): object => {
  const services = { shop: { target: { command: { deploy: DEPLOY, ...command } } } };
  const said = { version: 1, project: "shop", services, environments: ["dev"], ...more };
  return {
    files: [
      { text: JSON.stringify(said), name: "vice.yaml", place: place(), changedAt: null, origin: "found" },
    ],
  };
};
const hold = (): void => writeFileSync(join(place(), "wait"), "");
const letGo = (): void => rmSync(join(place(), "wait"));
const told = (): string[] =>
  existsSync(join(place(), "told")) ? readFileSync(join(place(), "told"), "utf8").trim().split("\n") : [];

test("who waited for the lock goes back to what the deployment before brought, not to what ran when it was planned", async () => {
  await run("deploy", { ...project(), version: "v1" });
  hold();
  const first = run("deploy", { ...project(), version: "v2" });
  await expect.poll(() => told().length).toBe(2);
  const second = run("deploy", { ...project(), version: "bad3", wait: "20s" });
  await expect.poll(() => wired.services.store.runs.open().length).toBe(2);
  letGo();
  expect([ended(await first), ended(await second)]).toEqual([
    [0, "succeeded"],
    [20, "rolled-back"],
  ]);
  expect(told().slice(2)).toEqual(["deploy bad3", "rollback v2"]);
  expect(running()).toBe("v2");
});

test("the first deployment of a place that waited for another goes back to that one", async () => {
  const command = { stop: DEPLOY };
  hold();
  const first = run("deploy", { ...project(command), version: "v1" });
  await expect.poll(() => told().length).toBe(1);
  const second = run("deploy", { ...project(command), version: "bad2", wait: "20s" });
  await expect.poll(() => wired.services.store.runs.open().length).toBe(2);
  letGo();
  await first;
  expect(ended(await second)).toEqual([20, "rolled-back"]);
  expect(told().slice(1)).toEqual(["deploy bad2", "rollback v1"]);
});

test("what is done to a release is not done to another that came there meanwhile", async () => {
  const command = { stop: DEPLOY };
  await run("deploy", { ...project(command), version: "v1" });
  hold();
  const first = run("deploy", { ...project(command), version: "v2" });
  await expect.poll(() => told().length).toBe(2);
  const second = run("stop", { ...project(command), wait: "20s" });
  await expect.poll(() => wired.services.store.runs.open().length).toBe(2);
  letGo();
  await first;
  const refused = await second;
  expect(ended(refused)).toEqual([23, "refused"]);
  expect(refused.deployment?.reason).toContain("v2 does now");
  expect([told().at(-1), running()]).toEqual(["stop v1", "v2"]);
  expect(wired.services.store.standing.list("lock")).toEqual([]);
});

test("what the target cannot do is refused, and not called done", async () => {
  await run("deploy", { ...project(), version: "v1" });
  for (const [verb, lacking] of Object.entries({ stop: "stop", start: "start", restart: "stop" }))
    await expect(run(verb, project())).rejects.toMatchObject({
      code: "not-supported",
      message: expect.stringContaining(`has no "${lacking}"`),
    });
  expect([running(), told()]).toEqual(["v1", ["deploy v1"]]);
});

test("where nothing runs any more it is gone back too", async () => {
  const command = { stop: DEPLOY };
  for (const version of ["v1", "v2"]) await run("deploy", { ...project(command), version });
  await run("stop", project(command));
  expect(ended(await run("rollback", { ...project(command), to: "v1" }))).toEqual([0, "succeeded"]);
  expect([told().at(-1), running()]).toEqual(["rollback v1", "v1"]);
});

test("stopped while it only clears away, it is what runs there", async () => {
  await run("deploy", { ...project(), version: "v1" });
  const slow = project({ cleanup: sh("echo cleanup >> told; exec sleep 20") });
  const going = run("deploy", { ...slow, version: "v2" });
  await expect.poll(() => told().at(-1)).toBe("cleanup");
  const stopped = (await call("abort", { reason: "wrong version" })) as RunView;
  expect([ended(stopped), ended(await going)]).toEqual([
    [0, "succeeded"],
    [0, "succeeded"],
  ]);
  expect([running(), told()]).toEqual(["v2", ["deploy v1", "deploy v2", "cleanup"]]);
});

test.each([
  ["a restart", "restart", {}],
  ["a deployment of a project that does not want it", "deploy", { deploy: { supersede: false } }],
])("%s takes the place of none that waits", async (_what, verb, more) => {
  const command = { stop: sh("true"), start: sh("true") };
  await run("deploy", { ...project(command), version: "v0" });
  hold();
  const first = run("deploy", { ...project(command), version: "v1" });
  await expect.poll(() => told().length).toBe(2);
  const waiting = run("deploy", { ...project(command), version: "v2", wait: "20s" });
  await expect.poll(() => wired.services.store.runs.open().length).toBe(2);
  const version = verb === "deploy" ? { version: "v3" } : {};
  expect(ended(await run(verb, { ...project(command, more), ...version }))).toEqual([23, "refused"]);
  letGo();
  await first;
  expect(ended(await waiting)).toEqual([0, "succeeded"]);
});

test("asking a target leaves nothing behind, however often it is asked", async () => {
  await run("deploy", { ...project(), version: "v1" });
  const left = (): string[] => readdirSync(join(folder, "home/runs"));
  const before = left();
  const command = { status: sh('echo version=v1 >> "$VICE_OUTPUTS"'), logs: sh("echo it is well") };
  expect(await call("status", project(command))).toMatchObject({ agrees: true });
  expect(await call("logs", project(command))).toEqual({ text: "it is well\n" });
  expect(left()).toEqual(before);
});

test("a script that goes back by deploying is told the version before in every form", async () => {
  for (const version of ["v1", "bad2"]) await run("deploy", { ...project(), version });
  expect(JSON.parse(readFileSync(join(place(), "stdin"), "utf8"))).toMatchObject({
    verb: "rollback",
    release: { version: "v1" },
    former: { version: "v1" },
  });
});

test("the newest lines of a long log are the last ones", async () => {
  const command = { logs: sh("seq 1 300000") };
  expect(await call("logs", { ...project(command), lines: 2 })).toEqual({ text: "299999\n300000\n" });
});
