/** What a kind of step must be able to do: be carried out, and say after a crash what is true. */
import type { Outcome, Recovered } from "../../domain/pipeline/decide.ts";
import type { Value } from "../../domain/pipeline/expression.ts";
import type { PlannedKind } from "../../domain/pipeline/pipeline-schema.ts";
import type { Plan, PlannedStep } from "../../domain/pipeline/plan.ts";

export type { Outcome, Recovered };

/** What every step is told, whatever its kind. */
export interface StepFrame {
  runId: string;
  /** The whole that the step is of. */
  plan: Plan;
  attempt: number;
  /** The same whenever this attempt is carried out: what is done outside can be recognised by it. */
  key: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Aborted with the reason `cancel`, `kill`, `timeout` or `stop`. */
  signal: AbortSignal;
  /** Aborted when it is to end at once, also after it was asked to end. */
  kill: AbortSignal;
  /** What a name in a text of this step means now. */
  meaning: (path: readonly string[]) => Value;
}

export interface StepContext<K extends PlannedKind = PlannedKind> extends StepFrame {
  /** With its texts filled in. */
  step: Extract<PlannedStep, { kind: K }>;
}

export interface StepExecutor<K extends PlannedKind = PlannedKind> {
  run(context: StepContext<K>): Promise<Outcome>;
  /** The intent is in the log, the outcome is not. */
  recover(context: StepContext<K>): Promise<Recovered>;
}

/** Resolves with the status that a run ends with. */
export type EndOfRun = (id: string) => Promise<string>;

/** By kind; those that are not there cannot be planned. Steps that people or the clock end need none. */
export type Executors = { [K in PlannedKind]?: StepExecutor<K> };

export const succeeded = (outputs: Record<string, string> = {}): Outcome => ({
  outcome: "succeeded",
  outputs,
  error: null,
});
export const failed = (error: string, outputs: Record<string, string> = {}): Outcome => ({
  outcome: "failed",
  outputs,
  error,
});
