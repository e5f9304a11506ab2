/** Measures durable runs: what a step costs beside raw synced writes, recovery after kill -9, and steps side by side. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fdatasyncSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { openSqliteStore } from "../src/adapters/store/sqlite/sqlite-store.ts";
import { pipelineSchema } from "../src/domain/pipeline/pipeline-schema.ts";
import { type Plan, plan } from "../src/domain/pipeline/plan.ts";
import { createEngine } from "../src/parts/auto/engine.ts";
import { succeeded } from "../src/parts/auto/executor.ts";
import { createLogWriter } from "../src/parts/data/index.ts";
import { dbosPeer } from "./dbos.ts";
import { median, type Row, type Size } from "./measure.ts";
import { inScratch } from "./scratch.ts";

const SETTINGS = { configRules: [], sourceOrder: [], abandonAfterMs: 86_400_000, environmentOrder: [] };
/** About the size of the two events of a step. */
const EVENT_BYTES = 600;
const CHILD = resolve(import.meta.dirname, "../test/run-child.ts");

const chain = (count: number, run: string, more: object = {}): object => ({
  steps: Object.fromEntries(
    Array.from({ length: count }, (_, at) => [
      `s${at}`,
      { run, ...more, needs: at === 0 ? [] : [`s${at - 1}`] },
    ]),
  ),
});

function planOf(pipeline: object): Plan {
  const planning = { name: "bench", cwd: "/", inputs: {}, facts: {}, inner: {}, kinds: ["run"] as const };
  const made = plan(pipelineSchema.parse(pipeline), planning);
  if (made.plan === null) throw new Error(made.problems.map(({ problem }) => problem).join());
  return made.plan;
}

/** Milliseconds for a run of so many steps that do nothing, through the real engine, log and read model. */
async function noOpRun(folder: string, count: number): Promise<number> {
  const fail = (error: unknown): void => void process.stderr.write(`${String(error)}\n`);
  const store = openSqliteStore({ file: join(folder, "runs.db"), mode: "write", settings: SETTINGS });
  const log = createLogWriter(store, fail);
  const nothing = { run: async () => succeeded(), recover: async () => ({ what: "goes-on" as const }) };
  const executors = () => ({ run: nothing });
  const engine = createEngine({ runs: store.runs, log, now: Date.now, onError: fail, executors });
  const made = planOf(chain(count, "true"));
  const began = performance.now();
  const id = await engine.start(made, { actor: null });
  const { head } = await engine.follow(id, () => {}, new AbortController().signal);
  const ms = performance.now() - began;
  if (head.status !== "succeeded") throw new Error(`the run has ${head.status}`);
  await log.stop();
  store.close();
  return ms;
}

/** The same in the rawest form: two writes for each step, each synced. */
function rawLoop(folder: string, count: number): number {
  const file = openSync(join(folder, "raw"), "a");
  const bytes = Buffer.alloc(EVENT_BYTES, "x");
  const began = performance.now();
  for (let at = 0; at < count * 2; at += 1) {
    writeSync(file, bytes);
    fdatasyncSync(file);
  }
  const ms = performance.now() - began;
  closeSync(file);
  return ms;
}

/** Starts the child, waits for a word of it. @returns what it said, and ends it or waits for its end */
async function childSays(home: string, file: string, killAfterMs: number | null): Promise<string> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", CHILD, home, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  if (killAfterMs !== null) {
    await new Promise((done) => setTimeout(done, killAfterMs));
    child.kill("SIGKILL");
  }
  await ended;
  return said;
}

/** Milliseconds to the next durable event of a long run that was killed in the middle: of the engine, and of the process. */
async function recovery(folder: string, steps: number): Promise<{ engine: number; process: number }> {
  const [home, file] = [join(folder, "home"), join(folder, "long.json")];
  writeFileSync(file, JSON.stringify(chain(steps, "true", { idempotent: true })));
  await childSays(home, file, 1000);
  const said = await childSays(home, file, 50);
  const [, engine, whole] = /begun (\d+) of (\d+)/.exec(said) ?? [];
  return { engine: Number(engine ?? Number.NaN), process: Number(whole ?? Number.NaN) };
}

async function sideBySide(folder: string): Promise<number> {
  const file = join(folder, "wide.json");
  const steps = Object.fromEntries(["a", "b", "c", "d"].map((key) => [key, { run: "sleep 1" }]));
  writeFileSync(file, JSON.stringify({ steps }));
  return Number(/took (\d+)/.exec(await childSays(join(folder, "wide"), file, null))?.[1] ?? Number.NaN);
}

/** Beside DBOS where that can be had, in rounds that take turns. */
export function runsBench({ quick }: Size): Promise<Row[]> {
  const [rounds, steps] = quick ? [1, 1000] : [5, 1000];
  return inScratch(async (folder) => {
    const peer = await dbosPeer();
    try {
      const [own, raw, theirs]: number[][] = [[], [], []];
      await noOpRun(folder, 50);
      for (let round = 0; round < rounds; round += 1) {
        own?.push((await noOpRun(folder, steps)) / steps);
        raw?.push(rawLoop(folder, steps) / steps);
        if (peer !== null) theirs?.push(await peer.noOpStep(steps));
      }
      const each = median(own ?? []);
      const [recovered, theirRecovery] = [await recovery(folder, steps), await peer?.recovery(steps)];
      const [wide, theirWide] = [await sideBySide(folder), await peer?.sideBySide()];
      const name = peer?.name ?? "none";
      return [
        rowOf(STEP, each, "two writes + fdatasync", median(raw ?? []), "< 2 ms"),
        ...(peer === null ? [] : [rowOf(STEP, each, name, median(theirs ?? []), "< 1x")]),
        rowOf(KILLED, recovered.engine, name, theirRecovery ?? Number.NaN, "< 2000 ms"),
        rowOf(FROM_START, recovered.process, "the engine alone", recovered.engine, "< 2000 ms"),
        rowOf(WIDE, wide, peer?.name ?? "sleep 1", theirWide ?? 1000, "< 1300 ms"),
      ];
    } finally {
      await peer?.stop();
    }
  });
}

const STEP = "durable step that does nothing, in a run of 1,000";
const KILLED = "next step after kill -9 of a run of 1,000 steps";
const FROM_START = `${KILLED}, from the start of the process`;
const WIDE = "4 independent steps of 1 s";

const rowOf = (
  what: string,
  value: number,
  reference: string,
  referenceValue: number,
  goal: string,
): Row => ({
  ...{ what, unit: "ms", value, reference, referenceValue, ratio: value / referenceValue, goal },
});
