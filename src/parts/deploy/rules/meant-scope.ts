/** What a rule is about: names as they are called here, and none that contradict each other, for it would hold nowhere. */
import type { Tier } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import type { Scope } from "../../../domain/rules/scope.ts";
import { guessTier } from "../../../domain/tier.ts";
import { ViceError } from "../../../kit/errors.ts";
import { projectsOf, registeredProjects, teamOf } from "../../config/index.ts";
import { saidNames } from "../../data/index.ts";
import { scopeOf } from "./define-command.ts";
import { meantNames, type Named } from "./meant.ts";
import type { RuleContext } from "./rule-context.ts";

/** @throws ViceError `not-found`, `input.invalid` */
export function meantScope(ctx: RuleContext, given: Named, isNew: boolean): Scope {
  const scope = scopeOf(meantNames(ctx, given, isNew));
  const { service, team, environment, tier } = scope;
  if (environment !== null && tier !== null) {
    const tiers = tiersOf(ctx, environment, service);
    if (!tiers.includes(tier))
      throw contradiction(`${environment} is ${tiers.join(" or ")}, and not ${tier}`);
  }
  if (service !== null && team !== null) {
    const own = teamOf(ctx.services, service, ctx.now());
    if (own !== null && foldName(own) !== foldName(team))
      throw contradiction(`${service} is of the team ${own}, and not of ${team}`);
  }
  return scope;
}

const contradiction = (what: string): ViceError =>
  new ViceError("input.invalid", {
    message: `${what}: this would hold nowhere. Nothing was changed.`,
    hint: "Leave one of the two out.",
  });

/** As it was reported, as projects say, and at last by its name. */
function tiersOf({ services, now }: RuleContext, environment: string, service: string | null): Tier[] {
  const names = saidNames(services);
  const reported = services.store.read
    .status({ environment, ephemeral: true, ...(service === null ? {} : { service }) }, now())
    .flatMap(({ tier }) => tier ?? []);
  const projects = service === null ? registeredProjects(services) : projectsOf(services, service, names);
  const declared = projects
    .flatMap(({ policy }) => policy?.environments ?? [])
    .filter(({ name }) => names.isEnvironment(name, environment, service))
    .flatMap(({ tier }) => tier ?? []);
  const known = [...new Set([...reported, ...declared])];
  return known.length > 0 ? known : [guessTier(environment) ?? "other"];
}
