// One cell of the matrix: it happens, another vice takes up what is left, and all that must hold is looked at.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { loadServerConfig } from "../../src/app/config/server-config.ts";
import { type Wired, wire } from "../../src/app/wire.ts";
import { outcomeOf } from "../../src/domain/deploy/outcome.ts";
import { isEnded, type RunState } from "../../src/domain/pipeline/run-state.ts";
import type { RunView } from "../../src/parts/auto/index.ts";
import { exitOf, nextFor, sayDeployment } from "../../src/parts/deploy/deployment/run-result.ts";
import { ask } from "./ask.ts";
import { type Cell, verbIn } from "./cells.ts";
import type { Job } from "./entry.ts";
import { hurry, Moments, watch } from "./moments.ts";
import { inputOf, type World } from "./world.ts";
import { versionFor } from "./worlds.ts";

const PATIENCE_MS = 15_000;

export async function openVice({ env }: World): Promise<Wired> {
  const wired = await wire({ config: loadServerConfig(env), env, mode: "write" });
  hurry(wired);
  return wired;
}

/** What is done before, and what is done then. */
function jobOf(world: World, { ill, operation, isFirst }: Cell): Pick<Job, "first" | "main"> {
  const deploy = (version: string) => ({ id: "deploy.deploy", input: inputOf(world, { version }) });
  if (operation === "rollback")
    return {
      first: [deploy("v1"), deploy("v2")],
      main: { id: "deploy.rollback", input: inputOf(world, {}) },
    };
  return { first: isFirst ? [] : [deploy("v1")], main: deploy(versionFor(world, ill)) };
}

/** @returns ms until the run that was left has ended, in the hands of a second vice */
async function killed(world: World, cell: Cell, entry: string): Promise<{ wired: Wired; tookMs: number }> {
  const inScript = cell.happens === "kill in the script";
  const at = cell.at.map((moment, index) => {
    const does = index === cell.at.length - 1 ? "kill" : "cancel";
    return { ...moment, does } as const;
  });
  const job: Job = { env: world.env, ...jobOf(world, cell), at: inScript ? [] : at };
  if (inScript) armScript(world, cell);
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", entry, JSON.stringify(job)],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [, signal] = await once(child, "exit");
  expect([signal, said], "it was to be killed").toEqual(["SIGKILL", ""]);
  const wired = await openVice(world);
  const beganAt = performance.now();
  await wired.services.auto.takeUp();
  await settled(wired);
  return { wired, tookMs: performance.now() - beganAt };
}

function armScript(world: World, cell: Cell): void {
  const [{ step, when } = { step: "", when: "ended" }] = cell.at;
  const version =
    step === "stop-former" || cell.operation === "rollback" ? "v1" : versionFor(world, cell.ill);
  const isBack = step === "rollback" && cell.operation === "deploy" && !cell.isFirst;
  const about = isBack ? "v1" : version;
  writeFileSync(
    join(world.root, "kill"),
    `${when === "intended" ? "before" : "after"} ${about} ${verbIn(step, cell.isFirst)}`,
  );
}

/** A person stops it in that moment. */
async function stopped(world: World, cell: Cell): Promise<{ wired: Wired; view: RunView }> {
  const wired = await openVice(world);
  const { first, main } = jobOf(world, cell);
  for (const { id, input } of first) await ask(wired, id, input);
  let said: Promise<unknown> = Promise.resolve(null);
  const input = { reason: "the wrong version", now: cell.happens === "abort" };
  const moments = new Moments(cell.at, () => {
    said = ask(wired, "deploy.abort", input);
    said.catch(() => {});
  });
  watch(wired, moments);
  await ask(wired, main.id, main.input);
  expect(moments.left, "the moment came").toEqual([]);
  const view = (await said) as RunView;
  await settled(wired);
  return { wired, view };
}

async function settled({ services }: Wired): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (services.store.runs.open().length > 0) {
    if (Date.now() > end) throw new Error("a run did not come to its end");
    await wait(5);
  }
}

const newest = ({ services }: Wired): RunState => {
  const [last] = services.store.runs.list({}, 1, null).items;
  const state = last === undefined ? null : services.store.runs.get(last.id);
  if (state === null) throw new Error("there is no run");
  return state;
};

/** Carries it out and looks at it. @returns how long the second vice took */
export async function carryOutCell(
  world: World,
  cell: Cell,
  entry: string,
): Promise<{ outcome: string; tookMs: number }> {
  const isKill = cell.happens.includes("kill");
  const done = isKill ? await killed(world, cell, entry) : { ...(await stopped(world, cell)), tookMs: 0 };
  const { wired, tookMs } = done;
  try {
    const state = newest(wired);
    expect(isEnded(state.head)).toBe(true);
    const { outcome, changed, reason } = outcomeOf(state);
    const told = `${outcome}${changed ? ", changed" : ""}: ${reason}`;
    expect(allowed(world, cell), told).toContain(outcome);
    // Canceled is not left in between: the way back is gone to its end, whoever dies or cancels on it.
    const isBack = cell.happens.startsWith("cancel") && cell.operation === "deploy" && world.knows;
    if (isBack && outcome !== "succeeded") expect(changed, told).toBe(false);
    await looksRight(world, cell, wired, { outcome, changed }, told);
    if ("view" in done) toldLoudly(done.view as RunView);
    if (changed && outcome !== "succeeded" && !cell.isFirst) await goesBack(world, cell, wired);
    await goesOn(world, wired);
    return { outcome, tookMs };
  } finally {
    await wired.close();
  }
}

/** How it may end. */
function allowed(world: World, { happens, ill, operation, at }: Cell): string[] {
  const { step } = at.at(-1) ?? { step: "" };
  const isIn = (...steps: string[]): boolean => steps.includes(step);
  const fails = ill !== null;
  // Once it is proved, nothing stops it: what remains is tidying up.
  const isLate = !fails && isIn("stop-former", "cleanup", "free");
  if (happens === "abort")
    return isLate || step === "free"
      ? ["aborted", "succeeded", "rolled-back"]
      : ["aborted", "succeeded", "canceled"];
  if (happens === "cancel" || happens === "cancel, then kill") {
    const gone = world.knows ? [] : ["rollback-failed"];
    return ["canceled", "rolled-back", "succeeded", ...gone];
  }
  const well = fails ? "rolled-back" : "succeeded";
  if (world.knows || isIn("gate", "verify", "free", "health", "stop-former", "cleanup")) return [well];
  if (isIn("prepare")) return ["failed", well];
  if (operation === "rollback") return ["failed", well];
  return isIn("rollback", "undo") ? ["rollback-failed", well] : ["rolled-back", well];
}

interface End {
  outcome: string;
  changed: boolean;
}

async function looksRight(
  world: World,
  cell: Cell,
  { services }: Wired,
  end: End,
  told: string,
): Promise<void> {
  const [former, next] = cell.operation === "rollback" ? ["v2", "v1"] : ["v1", versionFor(world, cell.ill)];
  const before = cell.isFirst ? null : former;
  const there = await world.truth();
  const wanted = end.outcome === "succeeded" ? [next] : end.changed ? [before, next] : [before];
  // Between the end of the one and the start of the other nothing is there.
  if (world.inTurn && end.changed && end.outcome !== "succeeded") wanted.push(null);
  if (world.name.startsWith("process") || before !== null) expect(wanted, told).toContain(there);
  for (const [key, times] of world.effects()) {
    const mayRepeat = world.name.includes("idempotent") && cell.happens.includes("kill");
    // What was stopped is started again to go back to it.
    const comesBack = cell.operation === "rollback" && key === "v1";
    // One that ended by itself is tried again when nobody noted that it did.
    const mayFall = world.inTurn && cell.ill === "unwell" && cell.happens.includes("kill");
    const most = mayRepeat || comesBack || mayFall ? 2 : 1;
    expect(times, `${key} was done ${times} times; ${told}`).toBeLessThanOrEqual(most);
  }
  if (!end.changed && world.alive !== null)
    expect(world.alive(), told).toEqual(before === null ? [] : [before]);
  if (end.outcome === "succeeded" && world.alive !== null) expect(world.alive(), told).toEqual([next]);
  if (end.outcome === "succeeded" || !end.changed) {
    const [row] = services.store.read.status({ environment: "staging", ephemeral: true }, Date.now());
    expect(row?.running?.version ?? null, `recorded; ${told}`).toBe(
      end.outcome === "succeeded" ? next : before,
    );
  }
}

/** Who stopped it is told what became of it, and what to type next where it is left in between. */
function toldLoudly(view: RunView): void {
  const said = sayDeployment(view, { color: (_name, text) => text, nowMs: Date.now() } as Parameters<
    typeof sayDeployment
  >[1]);
  expect(said).toMatch(/was stopped|was canceled|taken back|runs in|failed/);
  if (view.deployment?.changed === true && exitOf(view) !== 0) {
    expect(nextFor(view), said).toMatch(/vice deploy status[\s\S]*vice (rollback .* --to v|deploy)/);
  }
}

/** What it says to type next brings back exactly what ran before. */
async function goesBack(world: World, { operation }: Cell, wired: Wired): Promise<void> {
  const before = operation === "rollback" ? "v2" : "v1";
  const { run } = (await ask(wired, "deploy.rollback", inputOf(world, { to: before }))) as { run: RunView };
  expect([run.deployment?.outcome, run.deployment?.reason], "going back by hand").toEqual([
    "succeeded",
    null,
  ]);
  expect(await world.truth()).toBe(before);
  if (world.alive !== null) expect(world.alive()).toEqual([before]);
}

/** The lock is free, and a next deployment goes through, with nothing left of the one before. */
async function goesOn(world: World, wired: Wired): Promise<void> {
  const { items } = (await ask(wired, "deploy.locks", {})) as { items: unknown[] };
  expect(items).toEqual([]);
  const { run } = (await ask(wired, "deploy.deploy", inputOf(world, { version: "v3" }))) as { run: RunView };
  expect([run.deployment?.outcome, run.deployment?.reason], "the next one").toEqual(["succeeded", null]);
  expect(await world.truth()).toBe("v3");
  if (world.alive !== null) expect(world.alive()).toEqual(["v3"]);
}
