/** `gate`: asks whether it may be deployed now, waits when that is wanted, and takes the lock. */
import { setTimeout as wait } from "node:timers/promises";
import { FORMER, goesOnOver } from "../../../../domain/deploy/former.ts";
import { foldName } from "../../../../domain/fold-name.ts";
import type { Outcome } from "../../../../domain/pipeline/decide.ts";
import { policyOf, projectFrom } from "../../../../domain/project/project.ts";
import type { CommandContext } from "../../../../kit/command.ts";
import { toViceError, ViceError } from "../../../../kit/errors.ts";
import type { Services } from "../../../../ports/services.ts";
import {
  failed,
  type StepContext,
  type StepExecutor,
  type StepFrame,
  succeeded,
} from "../../../auto/index.ts";
import { recordEvents, saidEvent } from "../../../data/index.ts";
import { isOpenWish } from "../../rules/approval-state.ts";
import { type Lock, takeLock } from "../../rules/lock-state.ts";
import { type MayDeploy, mayDeploy } from "../../rules/may-deploy.ts";
import { runningRelease } from "../releases.ts";
import { contextOf, type DeployStepOptions, deploymentOf, holderOf, LEASE_MS } from "./deployment-of.ts";

const LOOK_AGAIN_MS = 1000;

export const gateStep = (options: DeployStepOptions): StepExecutor<"gate"> => ({
  run: async (context) => {
    const { step, signal, runId } = context;
    const { now, services } = options;
    const log = services().processes.open({ run: runId, step: step.key, secrets: [] });
    const endMs = now() + step.spec.waitMs;
    let said = "";
    try {
      for (;;) {
        const found = await attempt(options, context);
        if ("lock" in found) {
          log.line(`allowed; the lock is held with token ${found.lock.fencingToken}`);
          return underLock(options, context, found.lock);
        }
        if (found.why !== said) log.line(found.how === null ? found.why : `${found.why} ${found.how}`);
        if (found.needsOthers && step.spec.waitMs > 0) await askOthers(options, context);
        said = found.why;
        if (now() >= endMs) return failed(`not allowed now: ${found.why}`);
        if (signal.aborted) return failed(`it waited: ${found.why}`);
        await wait(Math.min(LOOK_AGAIN_MS, Math.max(1, endMs - now())), undefined, { signal }).catch(
          () => {},
        );
      }
    } finally {
      await log.end();
    }
  },
  // Asking does no harm, and the same run gets its own lock again.
  recover: async () => ({ what: "goes-on" }),
});

/** Nobody deploys there now but us: what runs there is what is gone back to. */
function underLock({ services }: DeployStepOptions, context: StepFrame, { id, fencingToken }: Lock): Outcome {
  const { service, environment, operation, former: planned } = deploymentOf(context);
  const outputs = { lock: id, token: String(fencingToken) };
  const now = runningRelease(services(), service, environment);
  if (planned?.id === now?.id) return succeeded(outputs);
  if (goesOnOver(operation, planned, now)) return succeeded({ ...outputs, [FORMER]: JSON.stringify(now) });
  const [before, there] = [planned, now].map((each) =>
    each === null ? "nothing" : (each.version ?? each.id),
  );
  return failed(`${before} ran there when it was planned, and ${there} does now: plan it again`, outputs);
}

interface NotNow {
  why: string;
  /** What somebody types so that it goes on. */
  how: string | null;
  needsOthers: boolean;
}

async function attempt(
  options: DeployStepOptions,
  context: StepContext<"gate">,
): Promise<{ lock: Lock } | NotNow> {
  const ctx = contextOf(options, context);
  const { rules } = context.step.spec;
  const verdict = rules === "all" ? verdictOrWhy(ctx, context) : null;
  if (verdict !== null && "why" in verdict) return verdict;
  if (verdict !== null && !verdict.allowed) {
    const why = verdict.reasons.map(({ message }) => message).join("; ");
    const approval = verdict.reasons.find(({ rule }) => rule === "approval") ?? null;
    return { why, how: approval?.hint ?? null, needsOthers: approval !== null };
  }
  try {
    return { lock: await lockFor(ctx, context) };
  } catch (error) {
    if (error instanceof ViceError && error.code === "deploy.not-allowed")
      return { why: error.message, how: null, needsOthers: false };
    throw toViceError(error);
  }
}

/** While the store cannot say what stands, nothing is allowed. */
function verdictOrWhy(ctx: CommandContext<Services>, context: StepFrame): MayDeploy | NotNow {
  try {
    return verdictOn(ctx, context);
  } catch (error) {
    if (error instanceof ViceError && error.code === "store.behind")
      return { why: error.message, how: null, needsOthers: false };
    throw error;
  }
}

function verdictOn(ctx: CommandContext<Services>, context: StepFrame): MayDeploy {
  const { service, environment, release, config } = deploymentOf(context);
  const { version, commitSha } = release;
  const asked = { service, environment, version, commitSha, commits: null, holder: holderOf(context.runId) };
  const project = config === null ? null : projectFrom(config.project);
  const policy = project === null ? null : policyOf(project);
  const own = policy?.environments.find(({ name }) => foldName(name) === foldName(environment)) ?? null;
  return mayDeploy(ctx, { ...asked, holderId: null }, own);
}

/** Who waits for others has asked them: it stands where they look, and they are told. */
async function askOthers(options: DeployStepOptions, context: StepFrame): Promise<void> {
  const ctx = contextOf(options, context);
  const { service, environment, release, operation } = deploymentOf(context);
  const { version } = release;
  const isAsked = ctx.services.store.standing
    .list("approval-asked")
    .some(
      (row) =>
        row.actor === ctx.principal.id &&
        row.data.service === service &&
        row.data.environment === environment &&
        row.data.version === version &&
        isOpenWish(ctx, row),
    );
  if (isAsked) return;
  const { runId: run } = context;
  const data = { service, environment, version, reason: `${operation} waits for it, run ${run}`, run };
  await recordEvents(ctx, [saidEvent(ctx, "vice.approval.asked.v1", `${service}/${environment}`, data)]);
}

function lockFor(ctx: CommandContext<Services>, context: StepFrame): Promise<Lock> {
  const { service, environment, release, operation } = deploymentOf(context);
  return takeLock(ctx, {
    ...{ service, environment, target: null, holder: holderOf(context.runId) },
    reason: `${operation} ${release.version ?? ""}`.trim(),
    ...{ leaseMs: LEASE_MS, steal: false },
  });
}
