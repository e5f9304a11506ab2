/** `run`: a command, in a process of its own. `migrate`: one that is asked for first, so that it is done once. */
import { resolve } from "node:path";
import type { Outcome } from "../../../domain/pipeline/decide.ts";
import type { ProcessEnd, ProcessRunner } from "../../../ports/process-runner.ts";
import { failed, type Recovered, type StepContext, type StepExecutor, succeeded } from "../executor.ts";
import type { Secrets } from "../secrets.ts";

const MOST_OF_ERROR = 500;

type Context = StepContext<"run"> | StepContext<"migrate">;

function outcomeOf({ exitCode, signal, problem, outputs }: ProcessEnd): Outcome {
  if (exitCode === 0) return succeeded(outputs);
  const how = signal === null ? `it ended with exit code ${exitCode}` : `it was ended by ${signal}`;
  return failed((problem ?? how).slice(0, MOST_OF_ERROR), outputs);
}

const nameOf = ({ runId, step, attempt, key }: Context) => ({
  ...{ run: runId, step: step.key, attempt, key },
});

export const runStep = (processes: ProcessRunner, secrets: Secrets): StepExecutor<"run"> => {
  const { start, recover } = commands(processes, secrets);
  return {
    run: async (context) => outcomeOf(await start(context, context.step.spec.argv)),
    recover,
  };
};

export const migrateStep = (processes: ProcessRunner, secrets: Secrets): StepExecutor<"migrate"> => {
  const { start, ask, recover } = commands(processes, secrets);
  return {
    run: async (context) => {
      const { argv, done } = context.step.spec;
      if (done !== null) {
        const before = await ask(context, done);
        if (before.what === "ended") return before.outcome;
        if (before.what === "unknown")
          return failed(`nobody knows whether it is done already: ${before.reason}`);
      }
      return outcomeOf(await start(context, argv));
    },
    recover,
  };
};

type Asked = Extract<Recovered, { what: "ended" | "not-done" | "unknown" }>;

function commands(processes: ProcessRunner, secrets: Secrets) {
  const start = async (context: Context, argv: readonly string[]): Promise<ProcessEnd> => {
    const { step, env, cwd, signal, kill } = context;
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
      kill,
    });
  };
  const ask = async (context: Context, done: readonly string[]): Promise<Asked> => {
    const { exitCode, signal, problem } = await start(asking(context), done);
    if (exitCode === 0) return { what: "ended", outcome: succeeded() };
    if (exitCode !== null) return { what: "not-done" };
    // It could not be started, or did not come to its answer.
    return { what: "unknown", reason: problem ?? `the command that knows was ended by ${signal}` };
  };
  const recover = async (context: Context): Promise<Recovered> => {
    const end = await processes.recall(nameOf(context));
    if (end !== null) return { what: "ended", outcome: outcomeOf(end) };
    // A plan of an older version has none.
    const done = context.step.spec.done ?? null;
    if (done === null) return { what: "unknown", reason: "vice ended while the command ran" };
    // What is left of asking must not answer twice.
    await processes.recall(nameOf(asking(context)));
    return ask(context, done);
  };
  return { start, ask, recover };
}

/** Asking has files and a key of its own: it is not taken for the step itself. */
const asking = (context: Context): Context => ({
  ...context,
  step: { ...context.step, kind: "run", key: `${context.step.key}.done` },
  key: `${context.key}/done`,
});
