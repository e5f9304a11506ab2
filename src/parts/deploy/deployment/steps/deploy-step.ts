/** `deploy` and `restart` in a pipeline: a deployment as a run of its own, planned when the step begins. */
import type { Operation } from "../../../../domain/deploy/release.ts";
import type { DeploySpec } from "../../../../domain/pipeline/pipeline-schema.ts";
import type { Plan } from "../../../../domain/pipeline/plan.ts";
import { toViceError } from "../../../../kit/errors.ts";
import { type ChildRuns, childRun, failed, type StepExecutor, type StepFrame } from "../../../auto/index.ts";
import { findDeployable } from "../find-deployable.ts";
import { planDeployment } from "../plan-deployment.ts";
import { fileAt, readWritten } from "../read-written.ts";
import type { DeployStepOptions } from "./deployment-of.ts";

/** What was built by the steps before is there by now, and the world may have moved since the pipeline was planned. */
export const deployStep = (
  options: DeployStepOptions,
  children: ChildRuns,
  operation: Operation,
): StepExecutor<"deploy"> & StepExecutor<"restart"> => ({
  run: async (context: StepFrame & { step: { key: string; spec: DeploySpec } }) => {
    try {
      return await childRun(children, context, () => plan(options, context, context.step.spec, operation));
    } catch (error) {
      const { message, hint } = toViceError(error);
      return failed(`${message} ${hint}`.trim());
    }
  },
  recover: async () => ({ what: "goes-on" }),
});

async function plan(
  { services, env }: DeployStepOptions,
  { cwd, signal }: StepFrame,
  { service, environment, version, set, waitFor }: DeploySpec,
  operation: Operation,
): Promise<Plan> {
  const wired = services();
  const wanted = {
    ...{ name: service ?? null, environment: environment ?? null },
    ...{ files: await fileAt(cwd), mayBring: true },
  };
  const deployable = findDeployable(wanted, wired.store.standing, readWritten);
  const wish = { operation, deployable, version: version ?? null, set, waitMs: waitFor ?? null };
  const { plan: made, problems } = await planDeployment({ services: wired, env, signal }, wish);
  if (problems.length > 0) throw new Error(problems.join("; "));
  return made;
}
