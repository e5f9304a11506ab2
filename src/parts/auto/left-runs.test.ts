/** What a run may not do when vice stops, when nobody knows what became of a step, or when it was started by another run. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plainEvent } from "../../../test/data-services.ts";
import { openWired, type WiredHouse } from "../../../test/wired-house.ts";
import { uuidv7 } from "../../kit/ids.ts";
import { autoCommands, createRunEngine } from "./index.ts";
import { makePlan } from "./make-plan.ts";

let house: WiredHouse;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "vice-left-"));
  house = await openWired();
});
afterEach(async () => {
  await house.close();
  rmSync(folder, { recursive: true, force: true });
});

const sh = (command: string, more: object = {}) => ({ run: { command, shell: true, ...more } });
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};
function file(steps: unknown, name = "pipeline.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ steps }));
  return path;
}
const planOf = (steps: unknown) => makePlan(file(steps), {}, house.services.store.standing);
const stepsOf = (id: string) =>
  Object.fromEntries(
    [...(house.services.store.runs.get(id)?.steps ?? [])].map(([key, { status }]) => [key, status]),
  );
const statusOf = (id: string) => house.services.store.runs.get(id)?.head.status;

/** What a process leaves that ends between the intents and the outcomes of these steps. */
async function left(steps: Record<string, unknown>): Promise<string> {
  const runId = uuidv7();
  const intents = Object.keys(steps).map((step) => ({
    ...{ runId, step, attempt: 1, key: `${runId}/${step}/1`, again: false },
  }));
  const events = [
    plainEvent("vice.run.planned.v1", { runId, plan: await planOf(steps), parent: null }),
    plainEvent("vice.run.started.v1", { runId }),
    ...intents.map((intent) => plainEvent("vice.step.intended.v1", intent)),
  ];
  house.services.store.log.append([{ delivery: null, events }]);
  return runId;
}

test("begins nothing more when vice is asked to stop, and goes on from there", async () => {
  const { services } = house;
  const options = { ...services, env: process.env, now: Date.now, onError: () => {} };
  const stopping = createRunEngine(options);
  const steps = { a: sh("touch began; sleep 0.2"), b: { ...sh("touch next"), needs: "a" } };
  const id = await stopping.start(await planOf(steps), { actor: null });
  await until(() => existsSync(join(folder, "began")));
  await stopping.stop();
  expect([stepsOf(id), existsSync(join(folder, "next"))]).toEqual([{ a: "succeeded" }, false]);
  await services.auto.takeUp();
  await until(() => statusOf(id) === "succeeded");
});

test("does nothing again when the command that knows was ended itself", async () => {
  const id = await left({ a: sh("touch again", { done: ["sh", "-c", "kill -9 $$"] }) });
  await house.services.auto.takeUp();
  await until(() => statusOf(id) === "failed");
  expect([stepsOf(id), existsSync(join(folder, "again"))]).toEqual([{ a: "unknown" }, false]);
});

test("waits for the command that knows no longer than for the step", async () => {
  const id = await left({ a: { ...sh("touch again", { done: "sleep 30" }), timeout: "100ms" } });
  await house.services.auto.takeUp();
  await until(() => statusOf(id) === "failed");
  expect([stepsOf(id), existsSync(join(folder, "again"))]).toEqual([{ a: "unknown" }, false]);
});

test("goes on although the note of how a step ended is half of one", async () => {
  const id = await left({ a: sh("touch again"), b: { ...sh("touch twice"), idempotent: true } });
  const runs = join(house.services.config.home, "runs", id);
  mkdirSync(runs, { recursive: true });
  writeFileSync(join(runs, "a.1.end.json"), "");
  await house.services.auto.takeUp();
  await until(() => statusOf(id) === "failed");
  expect(stepsOf(id)).toEqual({ a: "unknown", b: "succeeded" });
});

test("asks somebody else than who started it, also in a pipeline within it", async () => {
  file({ ok: { approve: "Ship it?" } }, "inner.yaml");
  const { auto, store } = house.services;
  const id = await auto.start(await planOf({ inner: { pipeline: "inner.yaml" } }), { actor: "token:kim" });
  await until(() => store.runs.list({ name: "inner" }, 1, null).items[0]?.status === "running");
  const inner = store.runs.list({ name: "inner" }, 1, null).items[0]?.id;
  const command = autoCommands.find((each) => each.id === "auto.approve");
  if (command === undefined) throw new Error("there is no auto.approve");
  const agree = (name: string) => {
    const principal = { id: `token:${name}`, name, scopes: ["deploy" as const] };
    return house.run(command, { run: inner, step: "ok" }, { principal });
  };
  await expect(agree("kim")).rejects.toThrow("cannot agree");
  await agree("lee");
  await until(() => statusOf(id) === "succeeded");
});

test("hands a pipeline within it no value that is not known when it is planned", async () => {
  file({ a: { run: "true" } }, "inner.yaml");
  writeFileSync(
    join(folder, "inner.yaml"),
    JSON.stringify({ inputs: { version: null }, steps: { a: { run: "true" } } }),
  );
  const hole = `\${{ ${"outputs.build.version"} }}`;
  const steps = {
    build: sh("true"),
    inner: { pipeline: { file: "inner.yaml", inputs: { version: hole } }, needs: "build" },
  };
  await expect(planOf(steps)).rejects.toThrow("not known when it is planned");
});

test("what clears up gets its whole time again, however long nobody was there; other steps do not", async () => {
  const { services } = house;
  const heard: Record<string, string> = {};
  const look = async ({ step: { key }, signal }: { step: { key: string }; signal: AbortSignal }) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    heard[key] = String(signal.aborted && signal.reason);
    return { outcome: "succeeded", outputs: {}, error: null } as const;
  };
  const recover = async () => ({ what: "goes-on" }) as const;
  const others = () => ({ free: { run: look, recover }, verify: { run: look, recover } });
  const engine = createRunEngine({ ...services, env: process.env, now: Date.now, onError: () => {}, others });
  const made = await planOf({ proves: { run: "true" }, frees: { run: "true" } });
  const steps = made.steps.map((step) => ({
    ...{ ...step, spec: {}, timeoutMs: 10_000 },
    ...(step.key === "frees" ? { kind: "free", if: "always()" } : { kind: "verify" }),
  })) as typeof made.steps;
  const runId = uuidv7();
  const intent = (step: string) => ({ runId, step, attempt: 1, key: `${runId}/${step}/1`, again: false });
  services.store.log.append([
    {
      delivery: null,
      // Begun at a time that is longer ago than their limit.
      events: [
        plainEvent("vice.run.planned.v1", { runId, plan: { ...made, steps }, parent: null }),
        plainEvent("vice.run.started.v1", { runId }),
        plainEvent("vice.step.intended.v1", intent("proves")),
        plainEvent("vice.step.intended.v1", intent("frees")),
      ],
    },
  ]);
  await engine.takeUp(runId);
  await until(() => Object.keys(heard).length === 2);
  await engine.stop();
  expect(heard).toEqual({ proves: "timeout", frees: "false" });
});
