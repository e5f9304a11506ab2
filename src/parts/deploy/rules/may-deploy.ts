/** May this be deployed there now? What `can-deploy` says, and what every deployment by vice asks before it begins. */
import type { Tier } from "../../../domain/activity.ts";
import type { Question, Verdict } from "../../../domain/rules/facts.ts";
import { judge } from "../../../domain/rules/judge.ts";
import type { EnvironmentPolicy } from "../../../domain/rules/policy.ts";
import { foldName, guessTier } from "../../../domain/tier.ts";
import { policyFor, teamOf } from "../../config/index.ts";
import { gatherFacts } from "./gather-facts.ts";
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
 * @throws ViceError `input.invalid` for a name that stands for several
 */
export function mayDeploy(
  ctx: RuleContext,
  asked: Asked,
  unregistered: EnvironmentPolicy | null = null,
): MayDeploy {
  const question = questionOf(ctx, asked);
  const { service, environment, tier, version } = question;
  return {
    ...judge(question, gatherFacts(ctx, question, unregistered)),
    service,
    environment,
    tier,
    version,
  };
}

/** Team and tier come from what is known there, from the project, and at last from the name. */
function questionOf(ctx: RuleContext, asked: Asked): Question {
  const { services, now } = ctx;
  const { service, environment } = canonical(ctx, {
    service: asked.service,
    environment: asked.environment,
  });
  const known = services.store.read.status({ service, ephemeral: true }, now());
  const there = known.find(
    (item) => item.environment !== null && foldName(item.environment) === foldName(environment),
  );
  const policy = policyFor(services, service, environment);
  return {
    ...asked,
    holderId: asked.holderId ?? null,
    service,
    environment,
    team: there?.team ?? teamOf(services, service, now()),
    tier: policy?.tier ?? there?.tier ?? guessTier(environment),
  };
}
