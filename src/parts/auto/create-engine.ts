/** Puts the engine together with what carries out each kind of step. */
import type { StepKind } from "../../domain/pipeline/pipeline-schema.ts";
import type { RunEngine } from "../../ports/auto.ts";
import type { LogWriter, Services } from "../../ports/services.ts";
import { createEngine } from "./engine.ts";
import type { EndOfRun, Executors } from "./executor.ts";
import { secretsFrom } from "./secrets.ts";
import { copyStep } from "./steps/files/copy-step.ts";
import { packageStep } from "./steps/files/package-step.ts";
import { templateStep } from "./steps/files/template-step.ts";
import { httpStep } from "./steps/http-step.ts";
import { pipelineStep } from "./steps/pipeline-step.ts";
import { migrateStep, runStep } from "./steps/run-step.ts";

export interface RunEngineOptions extends Pick<Services, "store" | "processes" | "outbound"> {
  log: Pick<LogWriter, "append">;
  /** Where secrets of steps come from. */
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
  onError: (error: unknown) => void;
  /** What runs when the process is asked to end gets so long. */
  stopMs?: number;
  /** Kinds of steps that other parts carry out. */
  others?: (engine: RunEngine, ended: EndOfRun) => Executors;
}

export function createRunEngine({
  store,
  processes,
  outbound,
  env,
  others = () => ({}),
  ...rest
}: RunEngineOptions): RunEngine {
  const secrets = secretsFrom(env);
  return createEngine({
    ...rest,
    runs: store.runs,
    executors: (engine, ended) => ({
      run: runStep(processes, secrets),
      migrate: migrateStep(processes, secrets),
      http: httpStep(outbound, secrets),
      package: packageStep(),
      copy: copyStep(),
      template: templateStep(secrets),
      pipeline: pipelineStep({ engine, runs: store.runs, ended }),
      ...others(engine, ended),
    }),
  });
}

/** What can be planned today: what is carried out above, and the gates. */
export const WORKING_KINDS: readonly StepKind[] = [
  "run",
  "wait",
  "http",
  "approve",
  "manual",
  "pipeline",
  "deploy",
  "restart",
  "verify",
  "package",
  "copy",
  "template",
  "migrate",
];
