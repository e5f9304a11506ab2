/** Approvals that stand, and who asked for them. */

import type { Activity } from "../../../domain/activity.ts";
import { isEnded } from "../../../domain/pipeline/run-state.ts";
import { ROLES, type Role, rolesOf } from "../../../domain/rules/roles.ts";
import { EVERYTHING, type Place } from "../../../domain/rules/scope.ts";
import type { Stands } from "../../../ports/standing.ts";
import { type SaidNames, saidNames } from "../../data/index.ts";
import { isAdmin, isRevoked, personOf } from "./persons.ts";
import type { RuleContext } from "./rule-context.ts";
import { scopeNow } from "./scope-now.ts";
import { nameOfActor } from "./who.ts";

export interface Subject {
  service: string;
  environment: string;
  version: string | null;
}

type Given = Stands<"approval">;
type Asked = Stands<"approval-asked">;

/** So many successes are looked at for the newest that brought a version. */
const SUCCESSES = 100;

/** Whether it was said about the same place, by whatever names. */
const isThere = (names: SaidNames, said: Subject, about: Subject): boolean =>
  names.isService(said.service, about.service) &&
  names.isEnvironment(said.environment, about.environment, about.service);

/** An approval or a wish without a version is about the next one: it is used up when that has arrived. */
function isUnused({ at, data }: Given | Asked, arrived: () => string | null): boolean {
  if (data.version !== null) return true;
  const last = arrived();
  return last === null || last <= at;
}

/** What counts as said about it, whoever asks: approvals, and as persons all who asked for it. */
export function standingApprovals(
  ctx: RuleContext,
  about: Subject,
  names: SaidNames = saidNames(ctx.services),
): { given: Given[]; requesters: string[] } {
  const { services } = ctx;
  const { standing } = services.store;
  const arrived = lastArrival(ctx, about);
  // Of a version that is named only what was said about it or about whatever comes; a wish for any is about all.
  const given = standing
    .list("approval")
    .filter(({ data }) => data.version === null || data.version === about.version)
    .filter((row) => isThere(names, row.data, about) && isUnused(row, arrived))
    .filter(({ actor }) => actor !== null && !isRevoked(services, actor));
  const asked = standing
    .list("approval-asked")
    .filter(({ data }) => data.version === null || about.version === null || data.version === about.version)
    .filter((row) => isThere(names, row.data, about) && isUnused(row, arrived));
  const persons = asked.flatMap(({ actor }) => (actor === null ? [] : [personOf(services, actor)]));
  return { given, requesters: [...new Set(persons)] };
}

/** What is still asked for: it has not arrived since, and the run that asked still waits for it. */
export const openWishes = (ctx: RuleContext): Asked[] =>
  ctx.services.store.standing.list("approval-asked").filter((row) => isOpenWish(ctx, row));

/** Who asked stays known beyond that: whoever asked for a version may never agree to it. */
export function isOpenWish(ctx: RuleContext, { at, data }: Asked): boolean {
  if (data.run !== undefined && hasEnded(ctx, data.run)) return false;
  const last = lastArrival(ctx, { ...data, ...placeNow(ctx.services, data) })(data.version);
  return last === null || last <= at;
}

/** One that is not known any more ended long ago. */
function hasEnded({ services }: RuleContext, run: string): boolean {
  const state = services.store.runs.get(run);
  return state === null || isEnded(state.head);
}

/** As it is called now; what stands for several stays as it was said. */
export function placeNow(
  services: RuleContext["services"],
  { service, environment }: Pick<Subject, "service" | "environment">,
): Pick<Subject, "service" | "environment"> {
  const scope = scopeNow(services, { ...EVERYTHING, service, environment });
  return { service: scope.service ?? service, environment: scope.environment ?? environment };
}

/** When a version arrived there last. @returns asked without a version any counts */
function lastArrival(
  { services, now }: RuleContext,
  { service, environment }: Subject,
): (version?: string | null) => string | null {
  let found: Activity[] | null = null;
  return (version = null) => {
    found ??= services.store.read
      .activities({ kind: "deployment", service, environment, status: "succeeded" }, SUCCESSES, null, now())
      .items.filter(isArrival);
    return found.find((each) => version === null || each.version === version)?.occurredAt ?? null;
  };
}

export const isArrival = ({ deploymentKind }: Activity): boolean =>
  deploymentKind !== "teardown" && deploymentKind !== "config";

/** Whoever may do everything counts as any role. */
export function rolesThere({ services }: RuleContext, { actor, data }: Given, place: Place): readonly Role[] {
  if (actor === null) return [];
  if (data.admin === true || isAdmin(services, actor)) return ROLES;
  return rolesOf(services.config.roles, { id: actor, name: nameOfActor(services, actor) }, place);
}
