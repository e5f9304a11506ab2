// A deployer that was paused and wakes up late, or that lost its lock: what it does next is refused, by vice and by the target.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadServerConfig } from "../src/app/config/server-config.ts";
import { wire } from "../src/app/wire.ts";
import type { RunView } from "../src/parts/auto/index.ts";
import { ask } from "./deploy-crash/ask.ts";
import type { Job } from "./deploy-crash/entry.ts";
import { buildEntry } from "./deploy-crash/matrix.ts";
import { hurry, type Moment, Moments, watch } from "./deploy-crash/moments.ts";
import { inputOf, type World } from "./deploy-crash/world.ts";
import { commandWorld, processWorld } from "./deploy-crash/worlds.ts";
import { textOf, until } from "./process-house.ts";

let entry = "";
beforeAll(async () => {
  entry = await buildEntry();
});
afterAll(() => rmSync(dirname(entry), { recursive: true, force: true }));

const MINUTE = 60_000;
const lockInput = { service: "shop", environment: "staging", reason: "by hand", holder: "lee" };

/** A deployment in which something is done at a moment, by somebody else or by the clock. */
async function deployWhile(
  world: World,
  moment: Moment,
  does: (
    says: (id: string, input: object) => Promise<unknown>,
    passes: (ms: number) => void,
  ) => Promise<unknown>,
): Promise<{ run: RunView; doneAfter: string[] }> {
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const { env } = world;
  const wired = await wire({ config: loadServerConfig(env), env, mode: "write", now });
  try {
    await ask(wired, "deploy.deploy", inputOf(world, { version: "v1" }));
    let before: ReadonlyMap<string, number> = new Map();
    const moments = new Moments([moment], async () => {
      await does(
        (id, input) => ask(wired, id, input, now),
        (ms) => {
          aheadMs += ms;
        },
      );
      before = world.effects();
    });
    watch(wired, moments);
    const { run } = (await ask(wired, "deploy.deploy", inputOf(world, { version: "v2" }), now)) as {
      run: RunView;
    };
    expect(moments.left).toEqual([]);
    const doneAfter = [...world.effects().keys()].filter((key) => !before.has(key));
    return { run, doneAfter };
  } finally {
    await wired.close();
  }
}

test("whose lock is taken by force begins nothing more, not even the way back, and says who has it", async () => {
  const world = await commandWorld("done");
  try {
    const { run, doneAfter } = await deployWhile(world, { step: "prepare", when: "ended" }, (says) =>
      says("deploy.lock", { ...lockInput, steal: true }),
    );
    expect(run.deployment).toMatchObject({ outcome: "rollback-failed", changed: true });
    expect(run.deployment?.reason).toMatch(
      /start: The lock with token \d+ on shop in staging was lost; lee holds it now/,
    );
    expect([doneAfter, await world.truth()]).toEqual([[], "v1"]);
  } finally {
    await world.close();
  }
});

test("that slept longer than its lease goes on when nobody took the lock, and is refused when somebody did", async () => {
  for (const isTaken of [false, true]) {
    const world = await commandWorld("done");
    try {
      const { run, doneAfter } = await deployWhile(
        world,
        { step: "prepare", when: "ended" },
        async (says, passes) => {
          passes(2 * MINUTE);
          if (isTaken) expect(await says("deploy.lock", lockInput)).toMatchObject({ how: "expired" });
        },
      );
      expect([await world.truth(), doneAfter.length > 0]).toEqual(isTaken ? ["v1", false] : ["v2", true]);
      expect(run.deployment?.outcome === "succeeded").toBe(!isTaken);
    } finally {
      await world.close();
    }
  }
});

/** Another vice of the same machine that deploys to the same folder, and has been there longer. */
async function deployElsewhere(world: World, version: string): Promise<RunView> {
  const env = { ...world.env, VICE_HOME: join(world.root, "other-home") };
  const wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
  hurry(wired);
  try {
    for (let n = 0; n < 40; n += 1) {
      await ask(wired, "deploy.lock", { ...lockInput, environment: "dev", new: true });
      await ask(wired, "deploy.unlock", { service: "shop", environment: "dev", holder: "lee" });
    }
    const { run } = (await ask(wired, "deploy.deploy", inputOf(world, { version }))) as { run: RunView };
    return run;
  } finally {
    await wired.close();
  }
}

const stateOf = (pid: number): string => /\) (\w)/.exec(textOf(`/proc/${pid}/stat`))?.[1] ?? "gone";

test.each<Moment>([
  { step: "start", when: "intended" },
  { step: "start", when: "ended" },
  { step: "switch", when: "intended" },
])("stopped with SIGSTOP ($when $step) while another one deploys: the target refuses it when it wakes up", async (moment) => {
  const world = await processWorld("auto");
  const root = join(world.root, "home/apps/example-shop/shop/staging");
  mkdirSync(root, { recursive: true });
  const { process } = (Object(world.project)["services"] as { shop: { target: { process: object } } }).shop
    .target;
  Object.assign(process, { root });
  const deploy = (version: string) => ({ id: "deploy.deploy", input: inputOf(world, { version }) });
  const at = [{ ...moment, does: "pause" }] as const;
  const job: Job = { env: world.env, first: [deploy("v1")], main: deploy("v2"), at };
  const child = spawn(
    globalThis.process.execPath,
    ["--disable-warning=ExperimentalWarning", entry, JSON.stringify(job)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  try {
    await until(() => stateOf(child.pid ?? 0) === "T", 15_000);
    // Nobody gets between its words and its acts: the home is held, however long it sleeps.
    const own = { config: loadServerConfig(world.env), env: world.env, mode: "write", waitMs: 0 } as const;
    await expect(wire(own)).rejects.toMatchObject({
      code: "store.busy",
      details: { pid: String(child.pid) },
    });
    expect((await deployElsewhere(world, "v3")).deployment?.outcome).toBe("succeeded");
    const [there, starts] = [world.alive?.(), world.effects()];
    const ended = once(child, "exit");
    child.kill("SIGCONT");
    await ended;
    const { services, close } = await wire(own);
    try {
      const [last] = services.store.runs.list({}, 1, null).items;
      const [row] = services.store.read.status({ environment: "staging", ephemeral: true }, Date.now());
      expect([last?.status, row?.running?.version]).toEqual(["failed", "v1"]);
      const state = services.store.runs.get(last?.id ?? "");
      expect(state?.steps.get(moment.when === "ended" ? "health" : moment.step)?.error).toMatch(
        /was taken over: fencing token/,
      );
      expect([await world.truth(), world.alive?.(), world.effects()]).toEqual(["v3", there, starts]);
    } finally {
      await close();
    }
  } finally {
    child.kill("SIGKILL");
    await world.close();
  }
});
