/** What the steps of a deployment share: what is deployed, for whom, under which lock. */
import type { PlannedDeployment } from "../../../../domain/deploy/release.ts";
import { foldName } from "../../../../domain/fold-name.ts";
import { stepOf } from "../../../../domain/pipeline/run-state.ts";
import { projectFrom } from "../../../../domain/project/project.ts";
import type { CommandContext } from "../../../../kit/command.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { Services } from "../../../../ports/services.ts";
import type { StepFrame } from "../../../auto/index.ts";
import { type OpenValues, resolveValues } from "../../../config/index.ts";
import { beat } from "../../rules/lock-state.ts";

export interface DeployStepOptions {
  /** Wired after the engine. */
  services: () => Services;
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
}

/** A lock that is not renewed for so long counts as given up. */
export const LEASE_MS = 60_000;

export { holderOfRun as holderOf } from "../../rules/lock-state.ts";

/** @throws Error when the run deploys nothing: a plan that nobody could have made */
export function deploymentOf({ plan }: Pick<StepFrame, "plan">): PlannedDeployment {
  if (plan.deployment === undefined) throw new Error("the plan says nothing about what is deployed");
  return plan.deployment;
}

/** Rules and locks are asked in the name of who started the run. */
export function contextOf(
  { services, now }: DeployStepOptions,
  { runId, signal }: StepFrame,
): CommandContext<Services> {
  const wired = services();
  const id = wired.store.runs.get(runId)?.head.actor ?? "vice";
  return {
    services: wired,
    principal: { id, name: id, scopes: ["deploy"] },
    now,
    progress: () => {},
    signal,
  };
}

/** What the gate gave: without it nothing may be done. */
export function lockOfRun(
  { services }: DeployStepOptions,
  runId: string,
): { id: string; token: number } | null {
  const state = services().store.runs.get(runId);
  const { lock, token } = state === null ? {} : stepOf(state, "gate").outputs;
  return lock === undefined || token === undefined ? null : { id: lock, token: Number(token) };
}

/** Values and secrets of the application, opened now. @throws ViceError `data.invalid` with every problem */
export async function valuesFor(
  { services, env }: DeployStepOptions,
  { cwd }: Pick<StepFrame, "cwd">,
  { config, environment, service, project: name }: PlannedDeployment,
): Promise<Pick<OpenValues, "values" | "secrets">> {
  if (config === null) return { values: {}, secrets: [] };
  const project = projectFrom(config.project);
  if (project === null)
    throw new ViceError("data.invalid", {
      message: `The project "${name}" cannot be read by this version of vice.`,
      hint: "Plan it again: vice deploy",
    });
  const there = project.environments.find((each) => foldName(each.name) === foldName(environment)) ?? null;
  const { values, secrets, problems } = await resolveValues(project, there, service, {
    ...{ cwd, env, set: config.set, file: null, text: null, secrets: services().secrets },
  });
  if (problems.length === 0) return { values, secrets };
  throw new ViceError("data.invalid", {
    message: `The values are not complete: ${problems.join("; ")}.`,
    hint: "See where each comes from: vice config check",
  });
}

/** Renews the lease of the lock while `body` works. */
export async function withLease<T>(
  options: DeployStepOptions,
  frame: StepFrame,
  lock: { id: string } | null,
  body: () => Promise<T>,
): Promise<T> {
  if (lock === null) return body();
  const ctx = contextOf(options, frame);
  const renew = (): void => {
    try {
      beat(ctx, lock.id);
    } catch {
      return; // the store is busy: the next sign of life is in a third of the lease
    }
  };
  renew();
  const timer = setInterval(renew, LEASE_MS / 3);
  try {
    return await body();
  } finally {
    clearInterval(timer);
  }
}
