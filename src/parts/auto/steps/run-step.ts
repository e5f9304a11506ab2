/** `run`: a command, in a process of its own. */
import { resolve } from "node:path";
import type { Outcome } from "../../../domain/pipeline/decide.ts";
import type { ProcessEnd, ProcessRunner } from "../../../ports/process-runner.ts";
import { failed, type StepContext, type StepExecutor, succeeded } from "../executor.ts";
import type { Secrets } from "../secrets.ts";

const MOST_OF_ERROR = 500;

function outcomeOf({ exitCode, signal, problem, outputs }: ProcessEnd): Outcome {
  if (exitCode === 0) return succeeded(outputs);
  const how = signal === null ? `it ended with exit code ${exitCode}` : `it was ended by ${signal}`;
  return failed((problem ?? how).slice(0, MOST_OF_ERROR), outputs);
}

const nameOf = ({ runId, step, attempt, key }: StepContext<"run">) => ({
  ...{ run: runId, step: step.key, attempt, key },
});

export const runStep = (processes: ProcessRunner, secrets: Secrets): StepExecutor<"run"> => ({
  run: async (context) => {
    const { step, env, cwd, signal } = context;
    const known = secrets(step.spec.secrets);
    if (known.missing !== null) return failed(`the variable ${known.missing} is not set where vice runs`);
    const end = await processes.run({
      ...nameOf(context),
      argv: step.spec.argv,
      cwd: resolve(cwd, step.spec.cwd ?? "."),
      env: { ...env, ...known.values },
      secrets: Object.values(known.values),
      signal,
    });
    return outcomeOf(end);
  },
  recover: async (context) => {
    const end = await processes.recall(nameOf(context));
    if (end !== null) return { what: "ended", outcome: outcomeOf(end) };
    return { what: "unknown", reason: "vice ended while the command ran" };
  },
});
