// kill -9 of vice in every verb of the process target, at moments all over it: asked again it converges, starts nothing
// twice, and never ends in more than one release that is there.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { freePort } from "../../src/adapters/target/process/launch.ts";
import type { ActingVerb, Release } from "../../src/ports/target.ts";
import { amounts, level } from "../level.ts";
import { ProcessHouse, until } from "../process-house.ts";

const script = join(import.meta.dirname, "../process-child.ts");
const VERBS = ["prepare", "start", "health", "switch", "stop", "rollback", "cleanup"] as const;
/** Moments in each verb; most of a verb is over after a few dozen milliseconds. */
const MOMENTS = Math.max(1, Math.round(amounts.kills / 20));

interface Asked {
  release: Release;
  former: Release | null;
  spec: unknown;
  run: string;
  env: Record<string, string>;
}

/** @returns whether it was killed before it came to its end */
async function killed(house: ProcessHouse, verb: ActingVerb, call: Asked, afterMs: number): Promise<boolean> {
  const job = JSON.stringify({ root: house.root, verb, call });
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, job], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const over = new Promise((resolve) => child.once("close", resolve));
  await until(() => said.includes("ready"), 20_000);
  await wait(afterMs);
  child.kill("SIGKILL");
  await over;
  return !said.includes("outcome");
}

async function once(verb: ActingVerb, afterMs: number, port: "auto" | number): Promise<boolean> {
  const house = new ProcessHouse();
  try {
    const [first, second] = [await house.release("1"), await house.release("2")];
    const spec = { start: "node app.cjs", port, health: { every: "10ms" }, grace: "2s" };
    const act = async (each: ActingVerb, release: Release, former: Release | null): Promise<void> => {
      const asked = { spec, former, run: `run-of-${each}`, env: { COLOR: "blue" } };
      const outcome = await house.adapter().acts[each]?.(house.call(each, release, asked));
      expect(outcome, `${each}, ${verb} killed after ${afterMs} ms`).toMatchObject({ error: null });
    };
    const forward = ["prepare", "start", "health", "switch"] as const;
    for (const each of forward) await act(each, first, null);
    const brings = forward.indexOf(verb as (typeof forward)[number]);
    for (const each of brings < 0 ? forward : forward.slice(0, brings)) await act(each, second, first);
    const about: [Release, Release | null] = verb === "stop" ? [first, null] : [second, first];
    const [release, former] = about;
    const call = { release, former, spec, run: `run-of-${verb}`, env: { COLOR: "blue" } };
    const wasKilled = await killed(house, verb, call, afterMs);
    const recovered = await house.adapter().recover(verb, house.call(verb, release, call));
    expect(recovered).toEqual({ what: "goes-on" });
    await act(verb, release, former);
    if (brings >= 0) for (const each of forward.slice(brings + 1)) await act(each, second, first);
    const there = verb === "rollback" ? "1" : "2";
    expect(await house.answer()).toBe(`${there} blue`);
    if (verb !== "rollback") for (const each of ["stop"] as const) await act(each, first, null);
    await act("cleanup", verb === "rollback" ? first : second, null);
    await house.effects();
    expect(house.alive()).toEqual([there]);
    const starts = house.starts().map(({ version }) => version);
    // With one port for all the former one has to be started again to go back.
    const twice = verb === "rollback" && port !== "auto" ? ["1", "2", "1"] : ["1", "2"];
    expect(starts, `${verb} killed after ${afterMs} ms`).toEqual(twice);
    expect(readdirSync(join(house.app, "releases")).filter((name) => name.startsWith("."))).toEqual([]);
    expect(existsSync(join(house.app, "current.new"))).toBe(false);
    return wasKilled;
  } finally {
    await house.close();
  }
}

const free = async (): Promise<"auto"> => "auto";
const fixed = (): Promise<number> => freePort(new Set());
/** At the quick level the two take turns. */
const ways = (at: number) => (level === "test" ? [at % 2 === 0 ? free : fixed] : [free, fixed]);

test(
  `kill -9 in each verb, at ${MOMENTS} moments`,
  async () => {
    let inTheMiddle = 0;
    for (const [turn, verb] of VERBS.entries())
      for (const port of ways(turn))
        for (let at = 0; at < MOMENTS; at += 1) {
          const afterMs = Math.round((at * 60) / MOMENTS) + (at % 2);
          if (await once(verb, afterMs, await port())) inTheMiddle += 1;
        }
    expect(inTheMiddle).toBeGreaterThan(0);
  },
  amounts.testTimeoutMs * 3,
);
