/** `gate`: asks whether it may be deployed now, waits when that is wanted, and takes the lock. */
import { setTimeout as wait } from "node:timers/promises";
import { policyOf, projectFrom } from "../../../../domain/project/project.ts";
import { foldName } from "../../../../domain/tier.ts";
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
import { type Lock, takeLock } from "../../rules/lock-state.ts";
import { type MayDeploy, mayDeploy } from "../../rules/may-deploy.ts";
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
          return succeeded({ lock: found.lock.id, token: String(found.lock.fencingToken) });
        }
        if (found.why !== said) log.line(found.why);
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

async function attempt(
  options: DeployStepOptions,
  context: StepContext<"gate">,
): Promise<{ lock: Lock } | { why: string }> {
  const ctx = contextOf(options, context);
  const { rules } = context.step.spec;
  const verdict = rules === "all" ? verdictOn(ctx, context) : null;
  if (verdict !== null && !verdict.allowed)
    return { why: verdict.reasons.map(({ message }) => message).join("; ") };
  try {
    return { lock: await lockFor(ctx, context) };
  } catch (error) {
    if (error instanceof ViceError && error.code === "deploy.not-allowed") return { why: error.message };
    throw toViceError(error);
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

function lockFor(ctx: CommandContext<Services>, context: StepFrame): Promise<Lock> {
  const { service, environment, release, operation } = deploymentOf(context);
  return takeLock(ctx, {
    ...{ service, environment, target: null, holder: holderOf(context.runId) },
    reason: `${operation} ${release.version ?? ""}`.trim(),
    ...{ leaseMs: LEASE_MS, steal: false },
  });
}
