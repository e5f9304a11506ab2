/** How a run or a step stands: its word, its colour and its shape. Pure. */
import type { RunDeployment, RunStatus, StepStatus } from "../api/run-types.ts";

type Tone = "ok" | "bad" | "run" | "warn" | "quiet";

export interface Stand {
  word: string;
  tone: Tone;
  /** A path on a grid of 16. */
  shape: string;
}

const CHECK = "M3 8.5l3.2 3.2L13 4.8";
const TRIANGLE = "M8 1.8L15 14H1zM8 6.2v3.6M8 11.8v.4";
const ARC = "M8 2a6 6 0 1 1-6 6";
const CLOCK = "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 5v3l2 1.6";
const STRUCK = "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM4 12l8-8";
const BARS = "M5.5 3v10M10.5 3v10";
const PERSON =
  "M8 2.5a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4zM2.8 14c.6-2.9 2.6-4.3 5.2-4.3s4.6 1.4 5.2 4.3";
const DOTS = "M3.5 8h.1M8 8h.1M12.5 8h.1";
const PASSED = "M3 8h8M8 4.5L11.5 8 8 11.5M13.5 4v8";
const QUESTION = "M5.8 6a2.3 2.3 0 1 1 3.4 2c-.8.5-1.2.9-1.2 1.8M8 12v.3";
const BACK = "M6 3L2.5 6.5 6 10M2.5 6.5h7a4 4 0 0 1 0 8H7";

const stand = (word: string, tone: Tone, shape: string): Stand => ({ word, tone, shape });

const RUNS: Record<RunStatus, Stand> = {
  planned: stand("planned", "quiet", CLOCK),
  running: stand("running", "run", ARC),
  paused: stand("paused", "warn", BARS),
  canceling: stand("canceling", "warn", STRUCK),
  aborting: stand("aborting", "warn", STRUCK),
  succeeded: stand("succeeded", "ok", CHECK),
  failed: stand("failed", "bad", TRIANGLE),
  canceled: stand("canceled", "quiet", STRUCK),
  aborted: stand("aborted", "bad", STRUCK),
};

const STEPS: Record<StepStatus, Stand> = {
  waiting: stand("waiting", "quiet", DOTS),
  ready: stand("tried again", "warn", CLOCK),
  running: stand("running", "run", ARC),
  succeeded: stand("succeeded", "ok", CHECK),
  failed: stand("failed", "bad", TRIANGLE),
  skipped: stand("skipped", "quiet", PASSED),
  canceled: stand("canceled", "quiet", STRUCK),
  unknown: stand("not known", "bad", QUESTION),
};

const WAITS = stand("waits to be allowed", "warn", CLOCK);

/** What a deployment says beyond its run. */
const OUTCOMES: Readonly<Record<string, Stand>> = {
  waiting: WAITS,
  "rolled-back": stand("failed, rolled back", "bad", BACK),
  "rollback-failed": stand("rollback failed", "bad", TRIANGLE),
  refused: stand("refused", "warn", STRUCK),
};

const ASKS = stand("asks somebody", "warn", PERSON);

/** @param asks whether a step of it waits for a person @param waits whether one waits until the rules allow it */
export function standOfRun(
  { status, deployment }: { status: RunStatus; deployment: RunDeployment | null },
  asks = false,
  waits = false,
): Stand {
  const isStopping = status === "paused" || status === "canceling" || status === "aborting";
  if (asks && status === "running") return ASKS;
  if (waits && status === "running") return WAITS;
  if (isStopping) return RUNS[status];
  return OUTCOMES[deployment?.outcome ?? ""] ?? RUNS[status];
}

export function standOfStep({ status, asks }: { status: StepStatus; asks: unknown }): Stand {
  return status === "running" && asks !== null ? ASKS : STEPS[status];
}

const ENDED: ReadonlySet<RunStatus> = new Set(["succeeded", "failed", "canceled", "aborted"]);
export const isEnded = (status: RunStatus): boolean => ENDED.has(status);

const SETTLED: ReadonlySet<StepStatus> = new Set(["succeeded", "failed", "skipped", "canceled", "unknown"]);
export const isSettled = (status: StepStatus): boolean => SETTLED.has(status);
