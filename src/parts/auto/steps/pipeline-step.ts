/** `pipeline`: another pipeline, as a run of its own whose id follows from the step, so that it is started once. */
import type { Outcome } from "../../../domain/pipeline/decide.ts";
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
  { runId, step, key, signal }: StepFrame & { step: { key: string } },
  planOf: () => Plan | Promise<Plan>,
): Promise<Outcome> {
  const id = childRunId(key);
  const parent = { runId, step: step.key };
  // It is of whoever started the outer one: who may not agree there may not agree here.
  const actor = runs.get(runId)?.head.actor ?? null;
  if (runs.get(id) === null) await engine.start(await planOf(), { id, parent, actor });
  else await engine.takeUp(id);
  const stop = (): void => {
    const how = signal.reason === "kill" ? "abort" : "cancel";
    const data = { runId: id, how, reason: `the run that started it: ${String(signal.reason)}` } as const;
    if (signal.reason !== "stop")
      engine.say({ type: "vice.run.cancel-asked.v1", data }, null).catch(() => {});
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  const status = await ended(id).finally(() => signal.removeEventListener("abort", stop));
  return status === "succeeded" ? succeeded({ run: id }) : failed(`its run ${id} has ${status}`, { run: id });
}

export const pipelineStep = (children: ChildRuns): StepExecutor<"pipeline"> => ({
  run: (context) => childRun(children, context, () => context.step.spec.plan),
  recover: async () => ({ what: "goes-on" }),
});
