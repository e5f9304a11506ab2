/** `pipeline`: another pipeline, as a run of its own whose id follows from the step, so that it is started once. */
import { type Outcome, outputsOf } from "../../../domain/pipeline/decide.ts";
import type { Plan } from "../../../domain/pipeline/plan.ts";
import { activityId } from "../../../kit/ids.ts";
import type { RunEngine } from "../../../ports/auto.ts";
import type { Runs } from "../../../ports/runs.ts";
import { type EndOfRun, failed, type StepExecutor, type StepFrame, succeeded } from "../executor.ts";

export const childRunId = (key: string): string =>
  activityId({ identityKind: "run", source: "vice", instance: "", externalId: key, attempt: 1 });

export interface ChildRuns {
  engine: Pick<RunEngine, "start" | "say" | "takeUp">;
  runs: Runs;
  ended: EndOfRun;
}

/** Carries out a plan as a run of its own; after a crash the same run goes on. @param planOf asked once */
export async function childRun(
  { engine, runs, ended }: ChildRuns,
  { runId, step, key, signal, kill }: StepFrame & { step: { key: string } },
  planOf: () => Plan | Promise<Plan>,
): Promise<Outcome> {
  const id = childRunId(key);
  const parent = { runId, step: step.key };
  // It is of whoever started the outer one: who may not agree there may not agree here.
  const actor = runs.get(runId)?.head.actor ?? null;
  if (runs.get(id) === null) await engine.start(await planOf(), { id, parent, actor });
  else await engine.takeUp(id);
  const say = (how: "cancel" | "abort", why: unknown): void => {
    const data = { runId: id, how, reason: `the run that started it: ${String(why)}` } as const;
    if (why !== "stop") engine.say({ type: "vice.run.cancel-asked.v1", data }, null).catch(() => {});
  };
  const stop = (): void => say(signal.reason === "kill" ? "abort" : "cancel", signal.reason);
  const end = (): void => say("abort", kill.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  kill.addEventListener("abort", end);
  const status = await ended(id).finally(() => {
    signal.removeEventListener("abort", stop);
    kill.removeEventListener("abort", end);
  });
  const state = runs.get(id);
  const outputs = { ...(state !== null && outputsOf(state)), run: id };
  return status === "succeeded" ? succeeded(outputs) : failed(`its run ${id} has ${status}`, outputs);
}

export const pipelineStep = (children: ChildRuns): StepExecutor<"pipeline"> => ({
  run: (context) => childRun(children, context, () => context.step.spec.plan),
  recover: async () => ({ what: "goes-on" }),
});
