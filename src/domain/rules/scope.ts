/** What a rule is about: a service, a team, an environment, a tier, any of them together, or everything. Pure. */
import type { Tier } from "../activity.ts";
import { foldName } from "../fold-name.ts";

/** `null` = any. All that is said must hold. */
export interface Scope {
  service: string | null;
  team: string | null;
  environment: string | null;
  tier: Tier | null;
}

/** Where something is to happen; `null` = not known, and covered only by a scope that does not ask for it. */
export type Place = Scope;

export const EVERYTHING: Scope = { service: null, team: null, environment: null, tier: null };

const same = (wanted: string | null, found: string | null): boolean =>
  wanted === null || (found !== null && foldName(wanted) === foldName(found));

/** Names are compared without case. */
export const covers = (scope: Scope, place: Place): boolean =>
  same(scope.service, place.service) &&
  same(scope.team, place.team) &&
  same(scope.environment, place.environment) &&
  same(scope.tier, place.tier);

/** `everything`, `shop in prod-eu`, `team payments`, `all production`. */
export function sayScope({ service, team, environment, tier }: Scope): string {
  const who = service ?? (team === null ? null : `team ${team}`);
  const where = environment ?? (tier === null ? null : `all ${tier}`);
  if (who === null) return where ?? "everything";
  return where === null ? who : `${who} in ${where}`;
}
