// Deployments with a script of one's own, on a real store with real processes: what runs, what is recorded, and the way back.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contextOf } from "../../../../test/data-services.ts";
import { loadServerConfig } from "../../../app/config/server-config.ts";
import { type Wired, wire } from "../../../app/wire.ts";
import { type Command, type CommandContext, invoke, type Principal } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import type { RunView } from "../../auto/index.ts";
import { registerProject } from "../../config/register-project.ts";
import { deployCommands } from "../index.ts";
import { keepLeases } from "./keep-leases.ts";
import type { PlanView } from "./plan-view.ts";
import { exitOf } from "./run-result.ts";

let folder: string;
let wired: Wired;
const env = () => ({ ...process.env, VICE_HOME: join(folder, "home"), DB_PASSWORD: "hunter2-is-long" });
const open = (): Promise<Wired> => wire({ config: loadServerConfig(env()), env: env(), mode: "write" });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-deploy-"));
  mkdirSync(join(folder, "shop"));
  wired = await open();
});
afterEach(async () => {
  await wired.close();
  rmSync(folder, { recursive: true, force: true });
});

const commands = new Map(deployCommands.map((command) => [command.id, command]));
const kim: Principal = { id: "token:kim", name: "kim", scopes: ["admin"] };
const call = (id: string, input: object, over: Partial<CommandContext<Services>> = {}): Promise<unknown> =>
  invoke(
    commands.get(id) as Command<Services>,
    input,
    contextOf(wired.services, { now: Date.now, principal: kim, ...over }),
  );

/** Writes into a file what it was told, and fails for versions that begin with "bad". */
const SCRIPT = `#!/bin/sh
echo "$VICE_VERB $VICE_VERSION $LEVEL $DB" >> told
cat > "stdin.$VICE_VERB"
case "$VICE_VERSION" in bad*) echo "it is broken: $DB"; exit 3;; esac
echo "$VICE_VERSION" > current
echo "url=http://shop.example.com/$DB" >> "$VICE_OUTPUTS"
`;

const project = (more: object = {}, environments: unknown = ["dev", "staging", "production"]): object => ({
  version: 1,
  project: "shop",
  services: { shop: { target: { command: { deploy: "./deploy.sh" } } } },
  environments,
  config: { values: { LEVEL: "info" }, secrets: { DB: "env:DB_PASSWORD" } },
  ...more,
});

function files(said: object = project(), script = SCRIPT): object {
  writeFileSync(join(folder, "shop", "deploy.sh"), script, { mode: 0o755 });
  const place = join(folder, "shop");
  return {
    files: [{ text: JSON.stringify(said), name: "vice.yaml", place, changedAt: null, origin: "found" }],
  };
}
const told = (): string => readFileSync(join(folder, "shop", "told"), "utf8").trim();

async function deploy(input: object, said = files()): Promise<RunView> {
  const { run } = (await call("deploy.deploy", { ...said, ...input })) as { run: RunView };
  return run;
}
const ended = (run: RunView) => [exitOf(run), run.deployment?.outcome];
const running = (environment: string): string | null =>
  wired.services.store.read.status({ environment, ephemeral: true }, Date.now())[0]?.running?.version ?? null;

describe("a deployment", () => {
  test("is told what it needs, is an activity with its steps below it, and stands in what runs where", async () => {
    const run = await deploy({ version: "v1" });
    expect(ended(run)).toEqual([0, "succeeded"]);
    expect(told()).toBe("deploy v1 info hunter2-is-long");
    expect(JSON.parse(readFileSync(join(folder, "shop", "stdin.deploy"), "utf8"))).toMatchObject({
      verb: "deploy",
      ...{ project: "shop", service: "shop", environment: "dev", former: null },
      release: { id: run.id, version: "v1" },
    });
    const activity = wired.services.store.read.activity(run.id, Date.now());
    expect(activity).toMatchObject({
      ...{ kind: "deployment", source: "vice", status: "succeeded", version: "v1", environment: "dev" },
      actor: { name: "kim" },
      tags: { outcome: "succeeded", operation: "deploy" },
    });
    const stages = wired.services.store.read.activities({ kind: "stage" }, 10, null, Date.now()).items;
    expect(stages.map(({ tags, parentId, traceId }) => [tags["name"], parentId, traceId])).toEqual(
      ["free", "switch", "gate"].map((name) => [name, run.id, activity?.traceId]),
    );
    expect(running("dev")).toBe("v1");
  });
  test("lets no secret out: not in the log of the step, in outputs, in errors, in the store", async () => {
    const fine = await deploy({ version: "v1" });
    const bad = await deploy({ version: "bad2" });
    const log = await wired.services.processes.log(bad.id, "switch", 0);
    expect(log?.text).toContain("it is broken: ***");
    const all = JSON.stringify([fine, bad, wired.services.store.log.events(0, 1000)]);
    expect(all).not.toContain("hunter2");
    expect(all).toContain("http://shop.example.com/***");
  });
  test("that fails goes back by itself, and what runs is what ran", async () => {
    await deploy({ version: "v1" });
    const run = await deploy({ version: "bad2" });
    expect(ended(run)).toEqual([20, "rolled-back"]);
    expect(run.deployment).toMatchObject({
      former: "v1",
      reason: "switch: it ended with exit code 3",
      changed: false,
    });
    expect([running("dev"), readFileSync(join(folder, "shop", "current"), "utf8")]).toEqual(["v1", "v1\n"]);
    expect(told().split("\n").at(-1)).toBe("rollback v1 info hunter2-is-long");
  });
  test("that fixes another one says so, and that one counts as failed", async () => {
    for (const version of ["v1", "v2"]) await deploy({ service: "shop", environment: "dev", version });
    const all = wired.services.store.read.activities({ kind: "deployment" }, 9, null, Date.now()).items;
    const fixes = all.find(({ version }) => version === "v1")?.id;
    await deploy({ service: "shop", environment: "dev", version: "v3", fixes });
    const period = { fromMs: 0, toMs: Date.now() + 1000 };
    const rows = wired.services.store.dora.rows({ environment: "dev" }, period, 9);
    expect(rows.map(({ release, causes }) => [release, causes.map(({ what }) => what)])).toEqual([
      ["v1", ["fix"]],
      ["v2", []],
      ["v3", []],
    ]);
    const unknown = deploy({ service: "shop", environment: "dev", version: "v4", fixes: "0193f1c2" });
    await expect(unknown).rejects.toMatchObject({ code: "not-found" });
  });

  test("whose way back fails says so loudly", async () => {
    await deploy({ version: "v1" });
    const run = await deploy({ version: "v2" }, files(project(), "#!/bin/sh\nexit 9\n"));
    expect(ended(run)).toEqual([22, "rollback-failed"]);
    expect(run.deployment?.reason).toContain("going back failed: it ended with exit code 9");
  });
  test("that never began leaves everything as it was", async () => {
    const said = project({
      services: { shop: { target: { command: { deploy: "./deploy.sh", prepare: "false" } } } },
    });
    const run = await deploy({ version: "v1" }, files(said));
    expect([ended(run), run.deployment?.changed, existsSync(join(folder, "shop", "told"))]).toEqual([
      [22, "failed"],
      false,
      false,
    ]);
  });
  test("is proved by the checks of the project", async () => {
    const checks = [{ type: "command", name: "right version", command: ["grep", "-q", "v1", "current"] }];
    const said = files(project({ verify: checks }));
    expect(ended(await deploy({ version: "v1" }, said))).toEqual([0, "succeeded"]);
    const red = await deploy({ version: "v2" }, said);
    expect(ended(red)).toEqual([20, "rolled-back"]);
    expect(red.deployment?.reason).toMatch(/^verify: right version/);
    // The check that was red for v2 stands in the way of nothing else, nor of another try.
    expect(ended(await deploy({ version: "v2" }, said))).toEqual([20, "rolled-back"]);
    expect(ended(await deploy({ version: "v1.1" }, said))).toEqual([0, "succeeded"]);
  });
  test("without values that it needs is not started", async () => {
    const said = files(project({ config: { secrets: { DB: "env:NOT_THERE" } } }));
    const { planned } = (await call("deploy.deploy", { ...said, plan: true })) as { planned: PlanView };
    expect(planned.problems).toEqual(["DB: the variable NOT_THERE is not set where vice runs"]);
    await expect(deploy({ version: "v1" }, said)).rejects.toMatchObject({ code: "input.invalid" });
    expect(existsSync(join(folder, "shop", "told"))).toBe(false);
  });
  test("of a folder has no version that is another commit", async () => {
    const place = join(folder, "shop");
    const git = (...args: string[]): string =>
      execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], {
        cwd: place,
      }).toString();
    const said = files(
      project({ services: { shop: { artifact: { folder: "." }, target: { command: "true" } } } }),
    );
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "one");
    git("tag", "v1.0.0");
    expect(ended(await deploy({ version: "v1.0.0" }, said))).toEqual([0, "succeeded"]);
    git("commit", "-qm", "two", "--allow-empty");
    await expect(deploy({ version: "v1.0.0" }, said)).rejects.toThrow(
      /v1\.0\.0 is commit .* it would get a wrong name/,
    );
    expect(ended(await deploy({ version: "a name of ours" }, said))).toEqual([0, "succeeded"]);
    const [first, second] = ["v1.0.0", "HEAD"].map((ref) => git("rev-parse", `${ref}^{commit}`).trim());
    const brought = wired.services.store.commits.range(first ?? "", second ?? "");
    expect(brought).toMatchObject({ known: true, commits: [{ message: "two" }] });
  });
});

describe("what is asked before", () => {
  test("the order of promotion of a project that is only at hand", async () => {
    await deploy({ version: "v1" });
    const run = await deploy({ environment: "production", version: "v1" });
    expect(ended(run)).toEqual([23, "refused"]);
    expect(run.deployment?.reason).toContain("staging");
    const activity = wired.services.store.read.activity(run.id, Date.now());
    expect([activity?.status, activity?.tags["outcome"]]).toEqual(["canceled", "refused"]);
  });
  test("the andon cord; and it waits until it is released", async () => {
    const pulled = (await call("deploy.andon-pull", { reason: "checkout is broken" })) as { id: string };
    expect(ended(await deploy({ version: "v1" }))).toEqual([23, "refused"]);
    const waiting = deploy({ version: "v1", wait: "20s" });
    await expect.poll(() => wired.services.store.runs.open().length).toBe(1);
    await call("deploy.andon-release", { id: pulled.id, reason: "mended" });
    expect(ended(await waiting)).toEqual([0, "succeeded"]);
  });
  test("the lock: a second one waits for the first, a newer one takes the place of who only waits", async () => {
    const slow = files(project(), `${SCRIPT}sleep 1\n`);
    const first = deploy({ version: "v1" }, slow);
    await expect.poll(() => existsSync(join(folder, "shop", "told"))).toBe(true);
    expect(ended(await deploy({ version: "v2" }))).toEqual([23, "refused"]);
    const second = deploy({ version: "v3", wait: "20s" });
    await expect.poll(() => wired.services.store.runs.open().length).toBe(2);
    const third = deploy({ version: "v4", wait: "20s" });
    expect([ended(await first), ended(await second), ended(await third)]).toEqual([
      [0, "succeeded"],
      [130, "canceled"],
      [0, "succeeded"],
    ]);
    expect(running("dev")).toBe("v4");
  });
  test("production must be named, and names that are slips are answered with the nearest", async () => {
    const only = files(project({}, ["production"]));
    await expect(deploy({ version: "v1" }, only)).rejects.toMatchObject({ code: "usage" });
    await expect(deploy({ service: "shpo" })).rejects.toMatchObject({ details: { nearest: "shop" } });
    await expect(deploy({ environment: "stagging" })).rejects.toMatchObject({
      details: { nearest: "staging" },
    });
    expect(
      ended(
        await deploy(
          { service: "staging", version: "v1" },
          files(project({}, [{ name: "dev" }, { name: "staging", promote: false }])),
        ),
      ),
    ).toEqual([0, "succeeded"]);
  });
});

describe("what else can be done", () => {
  test("going back, to the one before and to a named one, also while the line is stopped", async () => {
    for (const version of ["v1", "v2", "v3"]) await deploy({ version });
    await call("deploy.andon-pull", { reason: "it burns" });
    const back = async (input: object = {}): Promise<RunView> =>
      ((await call("deploy.rollback", { ...files(), ...input })) as { run: RunView }).run;
    expect([ended(await back()), running("dev")]).toEqual([[0, "succeeded"], "v2"]);
    expect([ended(await back({ to: "v1" })), running("dev")]).toEqual([[0, "succeeded"], "v1"]);
    await expect(back({ to: "v9" })).rejects.toMatchObject({ code: "not-found" });
    const { items } = (await call("deploy.history", { service: "shop" })) as {
      items: Array<{ operation: string }>;
    };
    expect(items.map(({ operation }) => operation)).toEqual([
      "rollback",
      "rollback",
      "deploy",
      "deploy",
      "deploy",
    ]);
  });
  test("what was stopped is started again, as the release that ran", async () => {
    const script = 'echo "$VICE_VERB $VICE_VERSION" >> told';
    const command = { deploy: ["sh", "-c", script], stop: ["sh", "-c", script], start: ["sh", "-c", script] };
    const said = files(project({ services: { shop: { target: { command } } } }));
    for (const id of ["deploy", "stop", "stop", "start"]) {
      const { run } = (await call(`deploy.${id}`, {
        ...said,
        ...(id === "deploy" ? { version: "v1" } : {}),
      })) as {
        run: RunView;
      };
      expect(ended(run)).toEqual([0, "succeeded"]);
      expect(running("dev")).toBe(id === "stop" ? null : "v1");
    }
    expect(told()).toBe("start v1\ndeploy v1\nstop v1\nstop v1\nstart v1");
  });
  test("promotion takes the release that runs below", async () => {
    await expect(call("deploy.promote", { ...files(), environment: "staging" })).rejects.toMatchObject({
      code: "not-found",
    });
    await deploy({ version: "v7" });
    const { run } = (await call("deploy.promote", { ...files(), environment: "staging" })) as {
      run: RunView;
    };
    expect([ended(run), running("staging")]).toEqual([[0, "succeeded"], "v7"]);
  });
  test("a plan says what would be done and what changes, and is carried out exactly or refused", async () => {
    await deploy({ version: "v1" });
    const file = join(folder, "plan.json");
    const changed = files(project({ config: { values: { LEVEL: "debug", NEW: 1 } } }));
    const { planned, run } = (await call("deploy.deploy", { ...changed, version: "v2", save: file })) as {
      planned: PlanView;
      run: null;
    };
    expect(run).toBeNull();
    expect(planned).toMatchObject({ from: "v1", to: "v2" });
    expect(planned.values?.map(({ key, change }) => `${key} ${change}`)).toEqual([
      "DB removed",
      "LEVEL changed",
      "NEW added",
    ]);
    expect(planned.steps.map(({ key }) => key)).toEqual(["gate", "switch", "rollback", "free"]);
    expect(told().split("\n")).toHaveLength(1);
    const planFile = readFileSync(file, "utf8");
    const applied = (await call("deploy.deploy", { ...changed, planFile })) as { run: RunView };
    expect([ended(applied.run), running("dev")]).toEqual([[0, "succeeded"], "v2"]);
    await expect(call("deploy.deploy", { ...changed, planFile })).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("what runs there"),
    });
  });
  test("who may only deploy, deploys what is registered and nothing from a file", async () => {
    const sam: Principal = { id: "token:sam", name: "sam", scopes: ["deploy"] };
    await expect(
      call("deploy.deploy", { ...files(), version: "v1" }, { principal: sam }),
    ).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("vice.yaml is not read: only an admin sends one to a server."),
      hint: expect.stringContaining("Nothing is registered yet."),
    });
    await expect(call("deploy.deploy", { ...files(), service: "dev" }, { principal: sam })).rejects.toThrow(
      "vice.yaml is not read",
    );
    const register = registerProject(() => []);
    await invoke(register, files(), contextOf(wired.services, { now: Date.now, principal: kim }));
    const as = async (input: object) =>
      (await call("deploy.deploy", input, { principal: sam })) as { run: RunView; note: string };
    const named = await as({ service: "shop", version: "v1" });
    expect([ended(named.run), named.note]).toEqual([[0, "succeeded"], ""]);
    const own = files(project({ services: { shop: { target: { command: { deploy: "touch hers" } } } } }));
    const { run, note } = await as({ ...own, version: "v2" });
    expect([ended(run), existsSync(join(folder, "shop", "hers"))]).toEqual([[0, "succeeded"], false]);
    expect(note).toMatch(/was not read.*: shop counts as it is registered\.$/);
    const other = as({ ...files(project({ project: "web" })), version: "v1" });
    await expect(other).rejects.toMatchObject({
      hint: "Registered are: shop. An admin registers this one: vice project register",
    });
  });
});

describe("pausing", () => {
  test("keeps the lock, however long it lasts", async () => {
    const slow = files(project(), `${SCRIPT}sleep 1\n`);
    const run = deploy({ version: "v1" }, slow);
    await expect.poll(() => existsSync(join(folder, "shop", "told"))).toBe(true);
    await call("deploy.pause", { reason: "look first" });
    await run;
    const { services } = wired;
    const held = (): string =>
      services.store.state
        .get("lock-beat", String(services.store.standing.list("lock")[0]?.key))
        ?.atMs.toString() ?? "";
    const before = held();
    const stop = keepLeases({
      services,
      now: Date.now,
      onError: (error) => expect(error).toBeNull(),
      everyMs: 20,
    });
    await expect.poll(held).not.toBe(before);
    await stop();
    const resumed = (await call("deploy.resume", { reason: "fine" })) as RunView;
    expect(ended(resumed)).toEqual([0, "succeeded"]);
  });
});

describe("stopping", () => {
  test("goes back to what ran", async () => {
    await deploy({ version: "v1" });
    const slow = deploy(
      { version: "v2" },
      files(project(), `${SCRIPT}[ "$VICE_VERB" = rollback ] || sleep 20\n`),
    );
    await expect.poll(() => told().split("\n").length).toBe(2);
    const stopped = (await call("deploy.abort", { reason: "wrong version" })) as RunView;
    expect(stopped.deployment).toMatchObject({ outcome: "canceled", changed: false });
    await slow;
    expect([running("dev"), readFileSync(join(folder, "shop", "current"), "utf8")]).toEqual(["v1", "v1\n"]);
    expect(wired.services.store.standing.list("lock")).toEqual([]);
  });
});
