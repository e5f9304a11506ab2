/** What a rule is about, in words, and whether it is about a place: as the server sees it. Pure. */
import type { Scope } from "../api/rule-types.ts";

const fold = (name: string): string => name.trim().toLowerCase();

const same = (wanted: string | null, found: string | null): boolean =>
  wanted === null || (found !== null && fold(wanted) === fold(found));

/** All that the scope names must be so there; names are compared without case. */
export const covers = (scope: Scope, place: Scope): boolean =>
  same(scope.service, place.service) &&
  same(scope.team, place.team) &&
  same(scope.environment, place.environment) &&
  same(scope.tier, place.tier);

/** `everything`, `shop in prod-eu`, `team payments`, `all production`. */
export function sayScope({ service, team, environment, tier }: Scope): string {
  const who = [service, team === null ? null : `team ${team}`].filter((part) => part !== null).join(" of ");
  const where = [environment, tier === null ? null : `all ${tier}`]
    .filter((part) => part !== null)
    .join(", ");
  if (who === "") return where === "" ? "everything" : where;
  return where === "" ? who : `${who} in ${where}`;
}
