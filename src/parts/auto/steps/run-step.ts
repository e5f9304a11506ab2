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

export const runStep = (processes: ProcessRunner, secrets: Secrets): StepExecutor<"run"> => {
  const start = async (context: StepContext<"run">, argv: readonly string[]): Promise<ProcessEnd> => {
    const { step, env, cwd, signal } = context;
    const { values, missing } = secrets(step.spec.secrets);
    const problem = `the variable ${missing} is not set where vice runs`;
    if (missing !== null) return { exitCode: null, signal: null, problem, outputs: {} };
    return processes.run({
      ...nameOf(context),
      argv,
      cwd: resolve(cwd, step.spec.cwd ?? "."),
      env: { ...env, ...values },
      secrets: Object.values(values),
      signal,
    });
  };
  return {
    run: async (context) => outcomeOf(await start(context, context.step.spec.argv)),
    recover: async (context) => {
      const end = await processes.recall(nameOf(context));
      if (end !== null) return { what: "ended", outcome: outcomeOf(end) };
      // A plan of an older version has none.
      const done = context.step.spec.done ?? null;
      if (done === null) return { what: "unknown", reason: "vice ended while the command ran" };
      const { exitCode, signal, problem } = await start({ ...context, ...asked(context) }, done);
      if (exitCode === 0) return { what: "ended", outcome: succeeded() };
      if (exitCode !== null) return { what: "not-done" };
      // It could not be started, or did not come to its answer.
      return { what: "unknown", reason: problem ?? `the command that knows was ended by ${signal}` };
    },
  };
};

/** Asking has files and a key of its own: it is not taken for the step itself. */
const asked = ({ step, key }: StepContext<"run">): Pick<StepContext<"run">, "step" | "key"> => ({
  step: { ...step, key: `${step.key}.done` },
  key: `${key}/done`,
});
