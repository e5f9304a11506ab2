// What is asked of runs and said about them: a step that nobody knows of, outputs of inner runs, graphs, logs that are gone.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import type { Principal } from "../../kit/command.ts";
import { startSchedules } from "../data/index.ts";
import { autoCommands } from "./index.ts";
import type { RunView } from "./say-run.ts";

let house: WiredHouse;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-after-"));
  house = await openWired();
});
afterEach(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

const call = (id: string, input: object, principal?: Principal): Promise<unknown> => {
  const command = autoCommands.find((each) => each.id === id);
  if (command === undefined) throw new Error(id);
  return house.run(command, input, principal === undefined ? {} : { principal });
};
function file(pipeline: object, name = "pipeline.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(pipeline));
  return path;
}
async function run(pipeline: object): Promise<RunView> {
  const { run: made } = (await call("auto.run", { pipeline: file(pipeline) })) as { run: RunView };
  return made;
}
const sh = (command: string, more: object = {}) => ({ run: { command, shell: true, ...more } });
const hole = (name: string): string => `\${{ ${name} }}`;
const statuses = ({ steps }: RunView) => Object.fromEntries(steps.map(({ key, status }) => [key, status]));

/** The command that knows is ended itself, so nobody knows. */
async function withUnknown(): Promise<string> {
  const unsure = { command: "true", done: ["sh", "-c", "kill -9 $$"] };
  const { id } = await run({ steps: { a: { migrate: unsure }, b: { approve: "?" } } });
  return id;
}

test("a migration is done once: it is asked for first, and what nobody knows is not begun", async () => {
  const migration = { command: "touch done", done: "test -e done" };
  const first = await run({ steps: { a: { migrate: migration } } });
  const again = { command: "touch twice", done: "test -e done" };
  const second = await run({ steps: { a: { migrate: again } } });
  expect([first.status, second.status]).toEqual(["succeeded", "succeeded"]);
  expect([existsSync(join(folder, "done")), existsSync(join(folder, "twice"))]).toEqual([true, false]);
  const id = await withUnknown();
  const lost = (await call("auto.show", { run: id })) as RunView;
  expect(lost.steps[0]).toMatchObject({ status: "failed", error: expect.stringContaining("nobody knows") });
});

test("a step that nobody knows of is settled by a person, with a reason; others are known", async () => {
  const { id } = await run({ steps: { a: { run: "true" }, b: { approve: "?" } } });
  const { store, log } = house.services;
  const bare = { source: "/auto", subject: id, actor: null, traceparent: null, delivery: null };
  const planned = store.runs.get(id)?.plan;
  if (planned === undefined) throw new Error("no plan");
  const runId = "0193f1c2-0000-7000-8000-000000000001";
  const time = new Date(house.clock.nowMs).toISOString();
  const step = { runId, step: "a", attempt: 1 };
  const ended = { ...step, outcome: "unknown" as const, outputs: {}, error: "vice ended", retryAt: null };
  const events = [
    { type: "vice.run.planned.v1", data: { runId, plan: planned, parent: null } },
    { type: "vice.run.started.v1", data: { runId } },
    { type: "vice.step.intended.v1", data: { ...step, key: "k", again: false } },
    { type: "vice.step.ended.v1", data: ended },
    { type: "vice.run.ended.v1", data: { runId, status: "failed" } },
  ] as const;
  await log.append({ delivery: null, events: events.map((event) => ({ ...bare, time, ...event })) });
  const said = { run: runId, step: "a", as: "succeeded", reason: "the table is there" };
  const settled = (await call("auto.settle", said)) as RunView;
  expect(settled).toMatchObject({
    status: "failed",
    steps: [{ status: "succeeded", error: "local says so: the table is there" }, {}],
  });
  await expect(call("auto.settle", said)).rejects.toThrow('"a" is succeeded: that is known');
  await expect(call("auto.settle", { ...said, step: "c" })).rejects.toThrow('no step "c"');
  expect(store.log.events(0, 100).at(-1)).toMatchObject({ type: "vice.step.settled.v1", actor: "local" });
  store.maintenance.startRebuild();
  expect(store.runs.get(runId)?.steps.get("a")?.status).toBe("succeeded");
});

test("what an inner pipeline gives, the outer one may use", async () => {
  file(
    {
      inputs: { name: "shop" },
      outputs: { image: `${hole("inputs.name")}:${hole("outputs.build.tag")}`, none: hole("outputs.no.tag") },
      steps: { build: sh('echo tag=v7 >> "$VICE_OUTPUTS"'), no: { run: "true", if: "failure()" } },
    },
    "inner.yaml",
  );
  const ended = await run({
    steps: {
      inner: { pipeline: { file: "inner.yaml", inputs: { name: "api" } } },
      use: { run: ["test", hole("outputs.inner.image"), "=", "api:v7"], needs: "inner" },
      lacks: { pipeline: "inner.yaml", outputs: ["none"] },
    },
  });
  expect(statuses(ended)).toEqual({ inner: "succeeded", use: "succeeded", lacks: "failed" });
  expect(ended.steps[0]?.outputs).toEqual({ image: "api:v7", run: expect.any(String) });
  expect(ended.steps.find(({ key }) => key === "lacks")?.error).toBe("it gave no output none");
});

test("keys of one's own are left alone in every place that vice knows", async () => {
  const ended = await run({
    ...{ "x-owner": "team", steps: { a: { run: { command: "true", "x-b": 1 }, "x-why": "because" } } },
    schedule: { cron: "0 3 * * *", "x-note": "mine" },
  });
  expect(ended.status).toBe("succeeded");
});

test("the graph of a run is had by its id alone, by whoever may read", async () => {
  const { id } = await run({ steps: { a: { run: "true" } } });
  const reader: Principal = { id: "token:kim", name: "kim", scopes: ["read"] };
  for (const given of [id, join(folder, id.slice(0, 13))]) {
    const { mermaid } = (await call("auto.graph", { pipeline: given }, reader)) as { mermaid: string };
    expect(mermaid).toContain('s0["a"]');
    expect(mermaid).toContain("style s0 fill:#dcfce7");
  }
  await expect(call("auto.graph", { pipeline: join(folder, "pipeline.yaml") }, reader)).rejects.toThrow();
});

test("logs of runs that ended long ago are dropped, and that is said", async () => {
  house.services.config.keepRunsDays = 30;
  const old = await run({ steps: { a: { run: "echo hello" } } });
  house.clock.nowMs += 31 * 86_400_000;
  const recent = await run({ steps: { a: { run: "echo hello" } } });
  const { services, clock } = house;
  const schedules = startSchedules({ services, now: () => clock.nowMs, onError: () => {} });
  await schedules.tick();
  await schedules.stop();
  expect(await call("auto.log", { run: recent.id, step: "a" })).toEqual({ text: "hello\n", next: 6 });
  const gone = await call("auto.log", { run: old.id, step: "a" });
  expect(gone).toEqual({ text: "", next: 0, gone: true });
  const command = autoCommands.find(({ id }) => id === "auto.log");
  expect(command?.note?.(gone)).toContain("Its log was dropped");
  expect(existsSync(join(house.home, "runs", old.id))).toBe(false);
  expect(existsSync(join(house.home, "runs", recent.id))).toBe(true);
});
