// A run whose process is killed again and again comes to its end: nothing is done twice that may not be, nothing is lost.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isEnded, stepOf } from "../../src/domain/pipeline/run-state.ts";
import { type BundledChild, bundledChild } from "../bundled-child.ts";
import { openStore } from "../data-services.ts";
import { amounts } from "../level.ts";

const KILLS = Math.ceil(amounts.kills / 3);
const STEPS = 30;
/** For one start and one kill: it ends a test that hangs, and a busy machine is no fault. */
const PATIENCE_MS = 30_000;
/** Much more than taking a run up again costs (about 50 ms), and no figure of how busy the machine is. */
const MOST_CPU_MS = 1500;
let script: BundledChild;
beforeAll(async () => {
  script = await bundledChild("run-child.ts");
});
afterAll(() => script.remove());

/** Steps in three lanes; every third may not be done twice. */
function pipelineText(effects: string): string {
  const steps = Array.from({ length: STEPS }, (_, at): [string, object] => [
    `s${at}`,
    {
      run: { command: `echo x >> "$EFFECTS/$VICE_STEP"; sleep 0.02`, shell: true, env: { EFFECTS: effects } },
      idempotent: at % 3 !== 0,
      if: "always()",
      needs: at < 3 ? [] : [`s${at - 3}`],
    },
  ]);
  return JSON.stringify({ parallel: 3, steps: Object.fromEntries(steps) });
}

/** @returns what the child said before it ended or was killed */
async function child(
  home: string,
  file: string,
  before: number,
  killAfterMs: number | null,
): Promise<string> {
  const running = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", script.file, home, file, String(before)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  let said = "";
  running.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  // All that it said has been read then.
  const ended = once(running, "close");
  await Promise.race([once(running.stdout, "data"), ended]);
  if (killAfterMs !== null) {
    await new Promise((resolve) => setTimeout(resolve, killAfterMs));
    running.kill("SIGKILL");
  }
  await ended;
  return said;
}

const linesOf = (file: string): number =>
  existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;

function checkRun(home: string, effects: string): void {
  const store = openStore(join(home, "vice.db"), "write");
  try {
    const [last] = store.runs.list({}, 1, null).items;
    const state = last === undefined ? null : store.runs.get(last.id);
    if (state === null) throw new Error("there is no run");
    expect(isEnded(state.head)).toBe(true);
    const intents = new Map<string, number>();
    for (const event of store.log.events(0, 10_000)) {
      const data = Object(event.data) as { runId?: string; step: string };
      if (event.type === "vice.step.intended.v1" && data.runId === state.head.id)
        intents.set(data.step, (intents.get(data.step) ?? 0) + 1);
    }
    for (const { key, idempotent } of state.plan.steps) {
      const { status } = stepOf(state, key);
      const lines = linesOf(join(effects, key));
      const asked = intents.get(key) ?? 0;
      // Done at most as often as it stands in the log that it was about to be.
      expect(lines).toBeLessThanOrEqual(asked);
      if (!idempotent) expect(asked).toBe(1);
      if (status !== "unknown") expect(lines).toBeGreaterThan(0);
      if (idempotent) expect(status).toBe("succeeded");
    }
  } finally {
    store.close();
  }
}

test(`holds for ${KILLS} kills`, { timeout: KILLS * PATIENCE_MS }, async () => {
  const place = mkdtempSync(join(tmpdir(), "vice-runs-"));
  const home = join(place, "home");
  const recoveries: number[] = [];
  try {
    for (let kills = 0, round = 0; kills < KILLS; round += 1) {
      const effects = join(place, `effects-${round}`);
      mkdirSync(effects);
      const file = join(place, `pipeline-${round}.json`);
      writeFileSync(file, pipelineText(effects));
      for (let said = ""; !said.includes("ended"); ) {
        const isKilled = kills < KILLS;
        said = await child(home, file, round, isKilled ? Math.random() * 150 : null);
        if (isKilled) kills += 1;
        else expect(said).toContain("ended");
        recoveries.push(Number(/begun .* after (\d+)/.exec(said)?.[1] ?? 0));
      }
      checkRun(home, effects);
    }
    expect(Math.max(...recoveries)).toBeLessThan(MOST_CPU_MS);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});
