/** `target`: one verb of a target, under the lock, with the values opened and masked, asked again after a crash. */
import { formerIn, verbOver } from "../../../../domain/deploy/former.ts";
import type { PlannedDeployment } from "../../../../domain/deploy/release.ts";
import type { StepVerb } from "../../../../domain/deploy/steps.ts";
import type { Outcome, Recovered } from "../../../../domain/pipeline/decide.ts";
import { toViceError } from "../../../../kit/errors.ts";
import type { StepLog } from "../../../../ports/process-runner.ts";
import type { Release, TargetAdapter, TargetCall } from "../../../../ports/target.ts";
import { failed, type StepContext, type StepExecutor } from "../../../auto/index.ts";
import { assertFencing } from "../../rules/lock-state.ts";
import { type DeployStepOptions, deploymentOf, lockOfRun, valuesFor, withLease } from "./deployment-of.ts";

type Context = StepContext<"target">;

export const targetStep = (options: DeployStepOptions): StepExecutor<"target"> => ({
  run: async (context) => {
    const outcome = await underLock(options, context, async (adapter, call, log) => {
      const verb = verbOf(context, call);
      const act = adapter.acts[verb];
      if (act === undefined) return failed(`the target "${adapter.kind}" cannot ${verb}`);
      return masked(await act(call), log);
    });
    return context.step.spec.soft ? softened(outcome) : outcome;
  },
  recover: async (context) => {
    let unknown = "";
    const found = await underLock<Recovered>(options, context, async (adapter, call, log) => {
      const recovered = await adapter.recover(verbOf(context, call), call);
      return recovered.what === "ended"
        ? { what: "ended", outcome: masked(recovered.outcome, log) }
        : recovered;
    }).catch((error: unknown) => {
      unknown = toViceError(error).message;
      return null;
    });
    if (found === null) return asked({ what: "unknown", reason: unknown }, context);
    // The lock was lost: nothing more may be done, and nobody can say what was.
    if (!("what" in found))
      return asked({ what: "unknown", reason: found.error ?? "it could not be asked" }, context);
    return asked(found, context);
  },
});

const verbOf = ({ step: { key, spec } }: Context, { former }: TargetCall): StepVerb =>
  verbOver(spec, key, former);

/** Whether something was cleared away afterwards spoils nothing, also when nobody knows it. */
function asked(found: Recovered, { step }: Context): Recovered {
  if (!step.spec.soft) return found;
  if (found.what === "ended") return { what: "ended", outcome: softened(found.outcome) };
  if (found.what !== "unknown") return found;
  return { what: "ended", outcome: softened({ outcome: "unknown", outputs: {}, error: found.reason }) };
}

/** What is cleared away afterwards takes nothing back: its failure stands in the outputs and in the log. */
const softened = (outcome: Outcome): Outcome =>
  outcome.outcome === "failed" || outcome.outcome === "unknown"
    ? {
        outcome: "succeeded",
        outputs: { ...outcome.outputs, warning: outcome.error ?? "it failed" },
        error: null,
      }
    : outcome;

function masked({ outcome, outputs, error }: Outcome, { mask }: StepLog): Outcome {
  const clean = Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, mask(value)]));
  return { outcome, outputs: clean, error: error === null ? null : mask(error) };
}

/** Renews the lease while it works. @returns what `body` says, or a failure before it: no lock, no values, no target */
async function underLock<T>(
  options: DeployStepOptions,
  context: Context,
  body: (adapter: TargetAdapter, call: TargetCall, log: StepLog) => Promise<T>,
): Promise<T | Outcome> {
  const { services } = options;
  const deployment = deploymentOf(context);
  const adapter = services().targets.get(deployment.target.kind);
  if (adapter === null) return failed(`this vice has no target "${deployment.target.kind}"`);
  const lock = lockOfRun(options, context.runId);
  if (lock === null) return failed("it holds no lock");
  let log: StepLog | null = null;
  try {
    const { service, environment } = deployment;
    assertFencing(services(), { service, environment, target: null }, lock.token);
    const { values, secrets } = await valuesFor(options, context, deployment);
    const opened = services().processes.open({ run: context.runId, step: context.step.key, secrets });
    log = opened;
    const former = formerOf(options, context);
    const given = { values, secrets, token: lock.token, log: opened, adapter };
    const call = callOf(context, { ...deployment, former }, given);
    return await withLease(options, context, lock, () => body(adapter, call, opened));
  } catch (error) {
    const { message, hint } = toViceError(error);
    const said = `${message} ${hint}`.trim();
    return failed(log === null ? said : log.mask(said));
  } finally {
    await log?.end();
  }
}

function formerOf({ services }: DeployStepOptions, { runId, plan }: Context): Release | null {
  const state = services().store.runs.get(runId);
  return state === null ? (plan.deployment?.former ?? null) : formerIn(state);
}

interface Given {
  values: Readonly<Record<string, string>>;
  secrets: readonly string[];
  token: number;
  log: StepLog;
  adapter: TargetAdapter;
}

function callOf(context: Context, deployment: PlannedDeployment, given: Given): TargetCall {
  const { runId, step, attempt, key, cwd, signal } = context;
  const { project, service, environment, target } = deployment;
  return {
    place: { project, service, environment },
    spec: given.adapter.schema.parse(target.spec),
    cwd,
    ...releasesFor(context, deployment),
    ...{ env: given.values, secrets: given.secrets, fencingToken: given.token },
    ...{ run: runId, step: step.key, attempt, key, signal },
    log: (line) => given.log.line(line),
  };
}

/** Going back is told the release to leave and the one to go to; stopping the former one is about that one. */
function releasesFor(
  { runId, step }: Context,
  { operation, release, former }: PlannedDeployment,
): { release: Release; former: Release | null } {
  const own: Release = { ...release, id: release.id ?? runId };
  if (operation === "rollback" && step.spec.verb === "rollback")
    return { release: former ?? own, former: own };
  if (step.spec.of === "former" && former !== null) return { release: former, former: own };
  return { release: own, former };
}
