/** Who may do what where: roles for tokens and people, for each service and environment. Pure. */
import { compilePattern } from "../pattern.ts";
import type { Place } from "./scope.ts";

export const ROLES = ["viewer", "deployer", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** One line of the policy. Names may hold `*` for any run of characters; what is left out is everything. */
export interface Grant {
  /** A token (`token:ci` or its name), a person (`kim@example.com`), or `*`. */
  who: string;
  role: Role;
  service: string | null;
  environment: string | null;
  team: string | null;
}

/** As what somebody is known: the id of the audit log and the name. */
export interface Who {
  id: string;
  name: string | null;
}

const INCLUDES: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ["viewer"],
  deployer: ["viewer", "deployer"],
  approver: ["viewer", "approver"],
  admin: ROLES,
};

const fits = (pattern: string | null, name: string | null): boolean =>
  pattern === null || pattern === "*" || (name !== null && compilePattern(pattern).test(name));

/** `token:ci` is meant by the name of the token too: its id is nothing that people write down. */
const namesOf = ({ id, name }: Who): string[] =>
  name === null ? [id] : [id, name, `${id.split(":")[0]}:${name}`];

/** Roles in this place. Without any grant in the policy everybody has all of them: scopes alone decide then. */
export function rolesOf(
  grants: readonly Grant[],
  who: Who,
  place: Pick<Place, "service" | "environment" | "team">,
): Role[] {
  if (grants.length === 0) return [...ROLES];
  const names = namesOf(who);
  const mine = grants.filter(
    (grant) =>
      names.some((each) => fits(grant.who, each)) &&
      fits(grant.service, place.service) &&
      fits(grant.environment, place.environment) &&
      fits(grant.team, place.team),
  );
  return ROLES.filter((role) => mine.some((grant) => INCLUDES[grant.role].includes(role)));
}
