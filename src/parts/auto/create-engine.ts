/** Puts the engine together with what carries out each kind of step. */
import type { StepKind } from "../../domain/pipeline/pipeline-schema.ts";
import type { RunEngine } from "../../ports/auto.ts";
import type { LogWriter, Services } from "../../ports/services.ts";
import { createEngine } from "./engine.ts";
import { secretsFrom } from "./secrets.ts";
import { httpStep } from "./steps/http-step.ts";
import { pipelineStep } from "./steps/pipeline-step.ts";
import { runStep } from "./steps/run-step.ts";

export interface RunEngineOptions extends Pick<Services, "store" | "processes" | "outbound"> {
  log: Pick<LogWriter, "append">;
  /** Where secrets of steps come from. */
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
  onError: (error: unknown) => void;
  /** What runs when the process is asked to end gets so long. */
  stopMs?: number;
}

export function createRunEngine({ store, processes, outbound, env, ...rest }: RunEngineOptions): RunEngine {
  const secrets = secretsFrom(env);
  return createEngine({
    ...rest,
    runs: store.runs,
    executors: (engine, ended) => ({
      run: runStep(processes, secrets),
      http: httpStep(outbound, secrets),
      pipeline: pipelineStep(engine, store.runs, ended),
    }),
  });
}

/** What can be planned today: what is carried out above, and the gates. */
export const WORKING_KINDS: readonly StepKind[] = ["run", "wait", "http", "approve", "manual", "pipeline"];
