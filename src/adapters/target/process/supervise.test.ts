/** Applications that end by themselves are started again while somebody watches, with pauses that grow, and never against the will of people. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ProcessHouse, textOf, until } from "../../../../test/process-house.ts";
import { startServer } from "../../../app/serve.ts";
import type { ActingVerb, Release } from "../../../ports/target.ts";
import { supervise } from "./supervise.ts";

let house: ProcessHouse;
let stop: () => Promise<void>;
let restarts: number[];
const errors: unknown[] = [];
const base = { start: "node app.cjs", health: { every: "20ms" }, grace: "1s" };

beforeEach(() => {
  house = new ProcessHouse();
  restarts = [];
  stop = async () => {};
});
afterEach(async () => {
  await stop();
  await house.close();
  expect(errors).toEqual([]);
});

const watch = (): void => {
  stop = supervise({
    home: house.home,
    onRestart: ({ times }) => restarts.push(times),
    onError: (error) => errors.push(error),
    everyMs: 20,
    pauseMs: 40,
  });
};

async function bring(version: string, spec: object = base): Promise<Release> {
  const release = await house.release(version);
  for (const verb of ["prepare", "start", "health", "switch"] as const) await act(verb, release, spec);
  return release;
}
async function act(verb: ActingVerb, release: Release, spec: object = base): Promise<void> {
  const outcome = await house.adapter().acts[verb]?.(house.call(verb, release, { spec }));
  expect(outcome).toMatchObject({ outcome: "succeeded" });
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("one that ends is started again where it was, with its values; one that keeps ending ever more seldom", async () => {
  const first = await bring("1");
  const port = textOf(join(house.app, "current.port"));
  watch();
  await house.answer("/exit");
  await until(async () => (await house.version()) === "1");
  expect(textOf(join(house.app, "current.port"))).toBe(port);
  expect(textOf(join(house.app, "logs/id-of-1.log"))).toContain("[vice: started again]");
  expect(textOf(join(house.app, "logs/id-of-1.log")).match(/s3cret/g)).toHaveLength(2);
  for (const times of [2, 3]) {
    house.strike();
    await until(() => restarts.length === times);
    await until(async () => (await house.version()) === "1");
  }
  expect(restarts).toEqual([1, 2, 3]);
  expect(await house.adapter().status?.(house.call("status", first, { spec: base }))).toMatchObject({
    running: { healthy: true },
  });
});

test("a running server watches; when it ends, what runs goes on", async () => {
  await bring("1");
  const { home, env } = house;
  const logger = pino({ level: "silent" });
  const server = await startServer({ env: { ...env, VICE_HOME: home }, port: 0, host: "127.0.0.1", logger });
  house.strike();
  await until(async () => house.starts().length === 2 && (await house.version()) === "1");
  await server.close();
  expect(await house.version()).toBe("1");
  expect(house.alive()).toHaveLength(1);
});

test("what was stopped, or is never to be started again, stays down", async () => {
  const first = await bring("1");
  watch();
  await act("stop", first);
  await pause(300);
  expect(house.alive()).toEqual([]);
  await stop();
  await bring("2", { ...base, restart: "never" });
  watch();
  house.strike();
  await pause(300);
  expect(restarts).toEqual([]);
  expect(house.alive()).toEqual([]);
});

test("when nobody watches it stays down and the status says so; the next watcher finds it", async () => {
  const first = await bring("1", { ...base, root: join(house.root, "elsewhere") });
  house.strike();
  await until(() => house.alive().length === 0);
  const spec = { ...base, root: join(house.root, "elsewhere") };
  expect(await house.adapter().status?.(house.call("status", first, { spec }))).toMatchObject({
    running: null,
    detail: expect.stringMatching(/ended by itself; it is started again while `vice serve` runs/),
  });
  watch();
  await until(() => house.alive().length === 1);
});

test("one that lives and was not written down is taken over, never started beside", async () => {
  await bring("1");
  const file = join(house.app, "state.json");
  const state = JSON.parse(textOf(file));
  state.releases["id-of-1"].process = null;
  writeFileSync(file, JSON.stringify(state));
  watch();
  await until(() => JSON.parse(textOf(file)).releases["id-of-1"].process !== null);
  expect(await house.effects()).toBe(1);
});
