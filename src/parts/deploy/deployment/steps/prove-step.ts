/** `verify` in a deployment: the checks of the project, against the release that has just come there. */
import { stepOf } from "../../../../domain/pipeline/run-state.ts";
import { toViceError } from "../../../../kit/errors.ts";
import { failed, type StepContext, type StepExecutor, succeeded } from "../../../auto/index.ts";
import { checksOf, runChecks, verifyStep } from "../../../verify/index.ts";
import { type DeployStepOptions, lockOfRun, valuesFor, withLease } from "./deployment-of.ts";

type Context = StepContext<"verify">;

/** Elsewhere it is a step like any other: the checks that stand in it. */
export const proveStep = (options: DeployStepOptions): StepExecutor<"verify"> => ({
  run: (context) =>
    context.plan.deployment === undefined ? plain(options).run(context) : prove(options, context),
  // Checks change nothing.
  recover: async () => ({ what: "goes-on" }),
});

const deps = ({ services, now }: DeployStepOptions) => {
  const { checks, log } = services();
  return { checks, log, now };
};

const plain = (options: DeployStepOptions): StepExecutor<"verify"> => verifyStep(deps(options));

async function prove(options: DeployStepOptions, context: Context) {
  const { plan, runId, step, cwd, signal } = context;
  const { deployment } = plan;
  if (deployment === undefined) return failed("it deploys nothing");
  const { service, environment, release, checks } = deployment;
  try {
    const { values, secrets } = await valuesFor(options, context, deployment);
    const log = options.services().processes.open({ run: runId, step: step.key, secrets });
    try {
      const about = { service, environment, version: release.version, commitSha: release.commitSha };
      const asked = {
        ...about,
        cwd,
        env: values,
        secrets,
        signal,
        url: urlOf(options, context),
        parentId: runId,
      };
      const report = await withLease(options, context, lockOfRun(options, runId), () =>
        runChecks(checksOf(checks), { ...asked, log: (line) => log.line(line) }, deps(options)),
      );
      const wrong = report.results.filter(({ status }) => status === "failed");
      const outputs = { checks: String(report.results.length), failed: String(wrong.length) };
      if (report.passed) return succeeded(outputs);
      const said = wrong.map(({ name, error }) => `${name}: ${error ?? "failed"}`).join("; ");
      return failed(log.mask(said || `stopped: ${String(signal.reason)}`), outputs);
    } finally {
      await log.end();
    }
  } catch (error) {
    const { message, hint } = toViceError(error);
    return failed(`${message} ${hint}`.trim());
  }
}

/** The newest address that a step before gave; what a job gives is the page of the job. */
function urlOf({ services }: DeployStepOptions, { runId, plan, step }: Context): string | null {
  if (plan.deployment?.target.kind === "trigger") return null;
  const state = services().store.runs.get(runId);
  const before = plan.steps.slice(
    0,
    plan.steps.findIndex(({ key }) => key === step.key),
  );
  const urls = before.map(({ key }) => (state === null ? undefined : stepOf(state, key).outputs["url"]));
  return urls.findLast((url) => url !== undefined && url !== "") ?? null;
}
