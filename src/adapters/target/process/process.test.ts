/** What the process target does beyond the suite of all targets, with real processes. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isRunning, ProcessHouse, textOf, until } from "../../../../test/process-house.ts";
import type { Outcome } from "../../../domain/pipeline/decide.ts";
import type { ActingVerb, Release, TargetCall } from "../../../ports/target.ts";
import { startTimeOf } from "./alive.ts";
import { freePort } from "./launch.ts";
import { rotate, tail } from "./log-file.ts";

let house: ProcessHouse;
let spec: Record<string, unknown>;
beforeEach(() => {
  house = new ProcessHouse();
  spec = { start: "node app.cjs", health: { every: "20ms" }, grace: "1s" };
});
afterEach(() => house.close());

const act = (verb: ActingVerb, release: Release, more: Partial<TargetCall> = {}): Promise<Outcome> => {
  const acting = house.adapter().acts[verb];
  if (acting === undefined) throw new Error(`there is no ${verb}`);
  return acting(house.call(verb, release, { spec, ...more }));
};
async function bring(version: string, former: Release | null = null): Promise<Release> {
  const release = await house.release(version);
  for (const verb of ["prepare", "start", "health", "switch"] as const)
    expect(await act(verb, release, { former }), `${verb} ${version}`).toMatchObject({
      outcome: "succeeded",
    });
  return release;
}
const status = async (release: Release) => house.adapter().status?.(house.call("status", release, { spec }));
const state = () => JSON.parse(textOf(join(house.app, "state.json")));
const rewrite = (change: (state: ReturnType<typeof JSON.parse>) => void): void => {
  const now = state();
  change(now);
  writeFileSync(join(house.app, "state.json"), JSON.stringify(now));
};

describe("a release", () => {
  test("lies in a folder of its own; the link and the port say what is there; its values are readable only for the owner", async () => {
    const first = await bring("1");
    expect(readlinkSync(join(house.app, "current"))).toBe("releases/id-of-1");
    const port = Number(textOf(join(house.app, "current.port")));
    expect(await house.answer()).toBe("1 ");
    expect(await status(first)).toMatchObject({
      running: { version: "1", releaseId: "id-of-1", healthy: true, url: `http://localhost:${port}` },
      releases: [{ id: "id-of-1", state: "running" }],
    });
    for (const file of ["state.json", "env/id-of-1.json", "logs/id-of-1.log"])
      expect(statSync(join(house.app, file)).mode & 0o077, file).toBe(0);
    const [{ pid } = { pid: 0 }] = house.starts();
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain("s3cret");
  });

  test("that ends by itself fails at once, with its last words and without its secrets", async () => {
    const release = await house.release("broken");
    await act("prepare", release);
    await act("start", release);
    const before = Date.now();
    const { outcome, error } = await act("health", release);
    expect(outcome).toBe("failed");
    expect(error).toMatch(/ended by itself.*no database: \*\*\*/s);
    expect(error).toContain("exit code 3");
    expect(error).not.toMatch(/^ +at /m);
    expect(error).not.toContain("s3cret");
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test("that is slow is waited for; one that never is well is not switched to", async () => {
    await bring("slow");
    const release = await house.release("endless");
    await act("prepare", release);
    await act("start", release);
    const impatient = { ...spec, health: { every: "20ms", timeout: "300ms" } };
    expect(
      await act("health", release, { spec: { ...impatient, start: ["node", "app.cjs"] } as never }),
    ).toMatchObject({
      outcome: "failed",
      error: expect.stringContaining("not well within 300ms: GET / answers 503"),
    });
    expect(await act("switch", release)).toMatchObject({ outcome: "failed" });
    expect(await house.version()).toBe("slow");
    spec = { ...spec, health: { status: 503 } };
    expect(await act("health", release)).toMatchObject({ outcome: "succeeded" });
  });

  test("is built in its folder before it starts; a build that fails leaves nothing", async () => {
    const lines: string[] = [];
    const release = await house.release("1");
    spec = { ...spec, build: ["sh", "-c", "echo built > made.txt; echo on the way"] };
    expect(await act("prepare", release, { log: (line) => lines.push(line) })).toMatchObject({ error: null });
    expect(textOf(join(house.app, "releases/id-of-1/made.txt"))).toBe("built\n");
    expect(textOf(join(house.home, "runs/run-id-of-1/prepare.log"))).toContain("on the way");
    const other = await house.release("2");
    spec = { ...spec, build: ["sh", "-c", "exit 4"] };
    expect(await act("prepare", other)).toMatchObject({
      outcome: "failed",
      error: expect.stringContaining("exit code 4"),
    });
    expect(existsSync(join(house.app, "releases/id-of-2"))).toBe(false);
    expect(await act("start", other)).toMatchObject({ outcome: "failed" });
  });

  test("with a command that is not there says so", async () => {
    const release = await house.release("1");
    spec = { ...spec, start: "no-such-program app.cjs" };
    await act("prepare", release);
    expect(await act("start", release)).toMatchObject({
      error: expect.stringContaining("no-such-program cannot be started: it is not found"),
    });
  });

  test("without an artifact is told in the plan and refused", async () => {
    const release = { ...(await house.release("1")), artifact: null };
    const plan = await house.adapter().plan(house.call("plan", release, { spec }));
    expect(plan.problems).toHaveLength(1);
    expect(await act("prepare", release)).toMatchObject({ outcome: "failed" });
  });
});

describe("going back", () => {
  test("starts the former one with the values that it ran with, when it does not run any more", async () => {
    const first = await bring("1");
    const env = { COLOR: "blue" };
    const second = await house.release("2");
    for (const verb of ["prepare", "start", "health", "switch"] as const) await act(verb, second, { env });
    await act("stop", first);
    expect(await house.answer()).toBe("2 blue");
    expect(await act("rollback", second, { former: first, env })).toMatchObject({ outcome: "succeeded" });
    expect(await house.answer()).toBe("1 ");
    expect(house.alive()).toEqual(["1"]);
  });

  test("is refused to a release whose files are gone, and what runs stays", async () => {
    const first = await bring("1");
    const second = await bring("2", first);
    await act("stop", first);
    rewrite(({ releases }) => {
      releases["id-of-gone"] = { ...releases["id-of-1"], id: "id-of-gone" };
    });
    const gone = { ...first, id: "id-of-gone" };
    expect(await act("rollback", second, { former: gone })).toMatchObject({
      error: expect.stringContaining("not here any more"),
    });
    expect(await house.version()).toBe("2");
  });
});

describe("ending", () => {
  test("one that does not hear is ended after its grace, with all that it started", async () => {
    const deaf = await bring("deaf");
    spec = { ...spec, grace: "200ms" };
    rewrite(({ releases }) => {
      releases["id-of-deaf"].graceMs = 200;
    });
    expect(await act("stop", deaf)).toMatchObject({ outcome: "succeeded" });
    expect(house.alive()).toEqual([]);
    const parent = await bring("parent");
    expect(await house.version()).toBe("parent");
    await act("stop", parent);
    expect(await house.version()).toBeNull();
  });

  test("what is left when only the first process was struck down is ended before it starts again", async () => {
    const parent = await bring("parent");
    house.strike();
    await until(() => house.alive().length === 0);
    expect(await house.version()).toBe("parent"); // its child serves on
    expect(await status(parent)).toMatchObject({ running: null });
    for (const verb of ["start", "health"] as const) await act(verb, parent, { run: "run-2" });
    expect(house.starts()).toHaveLength(2);
    expect(await status(parent)).toMatchObject({ running: { healthy: true } });
    await act("stop", parent, { run: "run-3" });
    expect(await house.version()).toBeNull();
  });

  test("a process that got the number of one that has ended is not touched", async () => {
    const first = await bring("1");
    house.strike();
    await until(() => house.alive().length === 0);
    const stranger = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const { pid = 0 } = stranger;
    try {
      rewrite(({ releases }) => {
        releases["id-of-1"].process = { ...releases["id-of-1"].process, pid };
      });
      expect(await status(first)).toMatchObject({ running: null });
      for (const verb of ["stop", "cleanup"] as const)
        expect(await act(verb, first)).toMatchObject({ outcome: "succeeded" });
      expect(isRunning(pid)).toBe(true);
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  test("the number and the time of start name a process; one that has ended has none", () => {
    expect(startTimeOf(process.pid)).toBe(startTimeOf(process.pid));
    expect(startTimeOf(process.pid)).toMatch(/^[0-9a-f-]{36}\/\d+$/);
    expect(startTimeOf(2 ** 22 + 1)).toBeNull();
  });
});

test("one that was started and not written down any more is taken over instead of started again", async () => {
  const first = await bring("1");
  rewrite(({ releases }) => {
    releases["id-of-1"].process = null;
  });
  expect(await act("start", first)).toMatchObject({ outcome: "succeeded" });
  expect(house.starts()).toHaveLength(1);
  expect(await status(first)).toMatchObject({ running: { healthy: true } });
});

test("cleaning up keeps the newest that were well, never the current one or the last that was well", async () => {
  spec = { ...spec, keep: 1 };
  const all: Release[] = [];
  for (const version of ["1", "2", "3"]) all.push(await bring(version, all.at(-1) ?? null));
  const broken = await house.release("broken");
  await act("prepare", broken);
  await act("start", broken);
  const third = all.at(-1) as Release;
  expect(await act("cleanup", third)).toMatchObject({ outcome: "succeeded" });
  expect(readdirSync(join(house.app, "releases")).sort()).toEqual(["id-of-2", "id-of-3"]);
  for (const folder of ["env", "logs"])
    expect(
      readdirSync(join(house.app, folder))
        .map((name) => name.split(".")[0])
        .sort(),
    ).toEqual(["id-of-2", "id-of-3"]);
  expect(house.alive()).toEqual(["3"]);
  expect(await act("rollback", third, { former: all[1] ?? null })).toMatchObject({ outcome: "succeeded" });
  expect(await house.version()).toBe("2");
});

test("a state that cannot be read is no empty state: nothing is done", async () => {
  const first = await bring("1");
  writeFileSync(join(house.app, "state.json"), "{ torn");
  for (const verb of ["stop", "start", "cleanup"] as const)
    expect(await act(verb, first)).toMatchObject({
      outcome: "failed",
      error: expect.stringContaining("cannot be read"),
    });
  expect(house.alive()).toEqual(["1"]);
});

describe("one port for all", () => {
  test("the old one ends before the new one starts there; one that does not come up is followed by the way back", async () => {
    const port = await freePort(new Set());
    spec = { ...spec, port };
    const first = await bring("1");
    const second = await bring("2", first);
    expect(house.alive()).toEqual(["2"]);
    expect(Number(textOf(join(house.app, "current.port")))).toBe(port);
    const broken = await house.release("broken");
    for (const verb of ["prepare", "start", "health"] as const)
      expect(await act(verb, broken, { former: second })).toMatchObject({ outcome: "succeeded" });
    expect(await house.version()).toBe("2"); // until here nothing was changed
    expect(await act("switch", broken, { former: second })).toMatchObject({ outcome: "failed" });
    expect(await act("rollback", broken, { former: second })).toMatchObject({ outcome: "succeeded" });
    expect(await house.version()).toBe("2");
  });

  test("another program on it is told, and is not taken for ours", async () => {
    const stranger = createServer((_request, response) => response.end("1 stranger"));
    await new Promise<void>((done) => stranger.listen(0, "127.0.0.1", done));
    try {
      const { port } = stranger.address() as AddressInfo;
      spec = { ...spec, port };
      const release = await house.release("1");
      await act("prepare", release);
      expect(await act("start", release)).toMatchObject({
        error: expect.stringContaining(`port ${port} is taken by another program`),
      });
      expect(await act("switch", release)).toMatchObject({ outcome: "failed" });
    } finally {
      stranger.close();
    }
  });
});

test("the log is cut to size while the application goes on writing, and nothing of the new part is lost", async () => {
  await bring("1");
  const file = join(house.app, "logs/id-of-1.log");
  await house.answer("/say");
  await until(() => textOf(file).includes("line 1999\n"));
  rotate(file, 1000);
  expect(statSync(file).size).toBe(0);
  await house.answer("/say");
  await until(() => textOf(file).includes("line 1999\n"));
  expect(tail(file, 2500).split("\n")).toHaveLength(2500);
  expect(tail(file, 1)).toBe("line 1999");
  expect(tail(join(house.app, "none.log"), 5)).toBe("");
});
