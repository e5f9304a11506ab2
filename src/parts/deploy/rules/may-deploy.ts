/** May this be deployed there now? What `can-deploy` says, and what every deployment by vice asks before it begins. */
import type { Tier } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import type { Question, Verdict } from "../../../domain/rules/facts.ts";
import { judge } from "../../../domain/rules/judge.ts";
import type { EnvironmentPolicy } from "../../../domain/rules/policy.ts";
import { guessTier } from "../../../domain/tier.ts";
import { ViceError } from "../../../kit/errors.ts";
import { environmentOf, projectsOf } from "../../config/index.ts";
import { saidNames } from "../../data/index.ts";
import { gatherFacts, type Known } from "./gather-facts.ts";
import { canonical } from "./meant.ts";
import type { RuleContext } from "./rule-context.ts";

export interface Asked {
  service: string;
  environment: string;
  /** What is to be deployed; `null` = whatever comes next. */
  version: string | null;
  commitSha: string | null;
  /** Commits that it brings; `null` = nobody counted. */
  commits: number | null;
  /** Lines that it adds and deletes; not said, what is known counts. */
  lines?: number | null;
  /** Whose lock does not stand in the way. */
  holder: string | null;
  /** Who the holder is, as in the audit log; not said, its name is enough. */
  holderId?: string | null;
}

export interface MayDeploy extends Verdict {
  /** As they are called here. */
  service: string;
  environment: string;
  tier: Tier | null;
  version: string | null;
}

/**
 * By any name of the service and of the environment. Changes nothing.
 * @param unregistered what the project asks when it is not registered: a deployment from a file at hand
 * @throws ViceError `input.invalid` for a name that stands for several, `store.behind` while nobody can say
 */
export function mayDeploy(
  ctx: RuleContext,
  asked: Asked,
  unregistered: EnvironmentPolicy | null = null,
): MayDeploy {
  assertUpToDate(ctx);
  const meant = canonical(ctx, { service: asked.service, environment: asked.environment });
  const known = knownOf(ctx, meant, unregistered);
  const question = questionOf(ctx, { ...asked, ...meant }, known);
  const { service, environment, tier, version } = question;
  const { allowed, ...why } = judge(question, gatherFacts(ctx, question, known));
  return { allowed, service, environment, tier, version, ...why };
}

/** What is not known yet would count as what does not stand in the way. */
function assertUpToDate({ services }: RuleContext): void {
  const events = services.store.standing.behind();
  if (events > 0) throw new ViceError("store.behind", { events });
}

function knownOf(
  { services }: RuleContext,
  { service, environment }: Pick<Asked, "service" | "environment">,
  unregistered: EnvironmentPolicy | null,
): Known {
  const names = saidNames(services);
  const projects = projectsOf(services, service, names);
  const project = projects.find(({ policy }) => policy !== null)?.policy ?? null;
  const registered = project === null ? null : environmentOf(project, environment, service, names);
  const policy = registered ?? (projects.length === 0 ? unregistered : null);
  return { names, projects, project, policy };
}

/** Team and tier come from what is known there, from the project, and at last from the name. */
function questionOf({ services, now }: RuleContext, asked: Asked, { project, policy }: Known): Question {
  const { service, environment } = asked;
  const reported = services.store.read.status({ service, ephemeral: true }, now());
  const there = reported.find(
    (item) => item.environment !== null && foldName(item.environment) === foldName(environment),
  );
  return {
    ...asked,
    ...{ holderId: asked.holderId ?? null, lines: asked.lines ?? null },
    team: there?.team ?? reported[0]?.team ?? project?.team ?? null,
    tier: policy?.tier ?? there?.tier ?? guessTier(environment),
  };
}
