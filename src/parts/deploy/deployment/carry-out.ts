/** From a wish to a run that is followed: who may, the plan, the start. What all commands that deploy share. */
import { z } from "zod";
import type { Operation } from "../../../domain/deploy/release.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { projectFrom } from "../../../domain/project/project.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import { followRun } from "../../auto/index.ts";
import { filesInput, requireRole, requireSetting } from "../../config/index.ts";
import { bringCommits, bringLines } from "../../data/index.ts";
import { overrideBatch } from "../rules/batch-overrides.ts";
import { durationOf } from "../rules/define-command.ts";
import { type Deployable, findDeployable, type Wanted } from "./find-deployable.ts";
import { type DeploymentWish, type PlannedDeploymentView, planDeployment } from "./plan-deployment.ts";
import { readWritten } from "./read-written.ts";

export const whereInput = {
  service: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("A service or a project; default: the one of this folder"),
  environment: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Default: the first in the order of promotion, unless that is production"),
  ...filesInput,
};

export const howInput = {
  wait: z
    .string()
    .optional()
    .describe("Wait so long for approvals, freezes and locks instead of being refused: 30m"),
  detach: z.boolean().default(false).describe("Leave it to the server and do not wait"),
};

export const overrideInput = {
  override: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Why it may bring more commits or lines than the environment takes at once; for approvers"),
};

type Context = CommandContext<Services>;

/** @throws ViceError `auth.forbidden`, `not-found`, `usage`, `project.invalid` */
export function deployableFor(
  given: { service?: string | undefined; environment?: string | undefined; files: Wanted["files"] },
  ctx: Context,
): Deployable {
  const { services, principal } = ctx;
  const wanted = {
    ...{ name: given.service ?? null, environment: given.environment ?? null, files: given.files },
    // What a file of who asks says may be any command on this machine.
    mayBring: principal.scopes.includes("admin"),
  };
  const deployable = findDeployable(wanted, services.store.standing, readWritten);
  const { service, environment, project } = deployable;
  const place = { service, environment: environment.name, tier: environment.tier, team: project.team };
  requireRole(ctx, "deployer", place);
  return deployable;
}

export interface Asked {
  operation: Operation;
  version?: string | undefined;
  release?: DeploymentWish["release"];
  set?: Readonly<Record<string, string>>;
  wait?: string | undefined;
}

/** @throws ViceError `auth.forbidden`, and what planning throws */
export async function plannedFor(
  deployable: Deployable,
  asked: Asked,
  ctx: Context,
): Promise<PlannedDeploymentView & { note: string; cwd: string }> {
  const { operation, version = null, release, set = {}, wait } = asked;
  const waitMs = wait === undefined ? null : durationOf(wait);
  requireSetting(deployable, set, ctx.principal);
  const wish: DeploymentWish = { operation, deployable, version, release, set, waitMs };
  const tools = { services: ctx.services, env: ctx.services.env, signal: ctx.signal };
  return { ...(await planDeployment(tools, wish)), note: noteOf(deployable), cwd: deployable.cwd };
}

const noteOf = ({ isAtHand, isRegistered, project }: Deployable): string =>
  isAtHand && isRegistered
    ? `The vice.yaml here was not read, only an admin sends one to a server: ${project.project} counts as it is registered.`
    : "";

/** @throws ViceError `input.invalid` when it would certainly fail */
export async function carryOut(
  { plan, problems, deployment, supersedes, cwd }: PlannedDeploymentView & { cwd: string },
  { detach, override }: { detach: boolean; override?: string | undefined },
  ctx: Context,
) {
  if (problems.length > 0) {
    throw new ViceError("input.invalid", {
      message: `${deployment.service} cannot be deployed as it is: ${problems.join("; ")}. Nothing was started.`,
      hint: "Mend it in vice.yaml and look again: vice deploy --plan",
    });
  }
  const { principal, services } = ctx;
  if (override !== undefined) await letPass(deployment, override, ctx);
  // The gate judges how much it brings: then that is known before.
  const isLimited = hasLimits(deployment);
  if (isLimited) await bringIts(deployment, cwd, ctx);
  if (supersedes) await supersede(deployment.service, deployment.environment, ctx);
  const id = await services.auto.start(plan, { actor: principal.id, by: principal.name });
  const late = isLimited ? null : bringIts(deployment, cwd, ctx);
  const [ended] = await Promise.all([followRun(id, ctx, detach), late]);
  return ended;
}

/** So long a deployment may wait for its commits, which are told and not deployed. */
const COMMITS_MS = 10_000;

/** What it brings is known then, where the folder of the project is a clone or a connected forge has it. */
async function bringIts(
  { service, release, former }: PlannedDeploymentView["deployment"],
  folder: string,
  { services, now }: Context,
): Promise<void> {
  const [base, head] = [former?.commitSha ?? null, release.commitSha];
  if (base === null || head === null || base === head) return;
  const [newest] = services.store.read.activities({ service, kind: "deployment" }, 1, null, now()).items;
  const wanted = { base, head, repository: newest?.repository ?? null, folders: [folder] };
  const signal = AbortSignal.timeout(COMMITS_MS);
  // Without them a deployment is whole too; whoever asks for them later is told what is missing.
  await bringCommits({ services, now, signal }, wanted).catch(() => null);
  await bringLines({ services, now, signal }, wanted).catch(() => null);
}

/** Whether its environment asks how much it brings. */
function hasLimits({ environment, config }: PlannedDeploymentView["deployment"]): boolean {
  const project = config === null ? null : projectFrom(config.project);
  const own = project?.environments.find(({ name }) => foldName(name) === foldName(environment));
  return own !== undefined && (own.maxCommits !== null || own.maxLines !== null);
}

/** It may wait for others, who have a day. */
const OVERRIDE_MS = 24 * 3_600_000;

/** @throws ViceError `input.invalid` for what has no name: then whatever comes there would be let pass, for a day */
function letPass(
  { service, environment, release }: PlannedDeploymentView["deployment"],
  reason: string,
  ctx: Context,
): Promise<string> {
  const { version, commitSha } = release;
  if (version === null && commitSha === null)
    throw new ViceError("input.invalid", {
      message: `Neither a version nor a commit of ${service} is known, so an override could not be for it alone. Nothing was started.`,
      hint: "Name it (vice deploy --version V --override ...), or leave out --override: nobody can count what it brings.",
    });
  const until = new Date(ctx.now() + OVERRIDE_MS).toISOString();
  return overrideBatch(ctx, { service, environment, version, commitSha, until, reason });
}

/** A newer deployment takes the place of those that still wait to be allowed there. */
async function supersede(
  service: string,
  environment: string,
  { services, principal }: Context,
): Promise<void> {
  const { auto, store } = services;
  for (const id of store.runs.open()) {
    const state = store.runs.get(id);
    const other = state?.plan.deployment;
    if (state === null || other?.service !== service || other.environment !== environment) continue;
    const gate = state.steps.get("gate");
    if (gate !== undefined && gate.status !== "running") continue;
    const data = {
      runId: id,
      how: "cancel",
      reason: `superseded by a newer deployment of ${principal.name}`,
    } as const;
    await auto.say({ type: "vice.run.cancel-asked.v1", data }, principal.id);
  }
}
