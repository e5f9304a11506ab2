/** Asks the policy whether somebody has a role in a place; scopes were asked before. */

import { foldName } from "../../domain/fold-name.ts";
import { type Role, rolesOf } from "../../domain/rules/roles.ts";
import type { Scope } from "../../domain/rules/scope.ts";
import { sayScope } from "../../domain/rules/scope.ts";
import type { CommandContext } from "../../kit/command.ts";
import { ViceError } from "../../kit/errors.ts";
import type { Asked } from "../../ports/asked.ts";
import type { Services } from "../../ports/services.ts";
import { projectFor } from "./policies.ts";

const ARTICLE: Readonly<Record<Role, string>> = {
  viewer: "a viewer",
  deployer: "a deployer",
  approver: "an approver",
  admin: "an admin",
};

type Asking = Pick<CommandContext<Services>, "principal" | "now"> & { services: Asked };

/**
 * @param place what it is about; `null` in it = any, for which only a role without that limit will do
 * @throws ViceError `auth.forbidden`
 */
export function requireRole({ services, principal, now }: Asking, role: Role, place: Scope): void {
  const { roles } = services.config;
  if (roles.length === 0 || principal.scopes.includes("admin")) return;
  const team = place.team ?? teamOf(services, place.service, now());
  if (rolesOf(roles, principal, { ...place, team }).includes(role)) return;
  throw new ViceError("auth.forbidden", {
    message: `${principal.name} is not ${ARTICLE[role]} of ${sayScope(place)}. Nothing was changed.`,
    hint: "An admin says who is what where: `roles` in vice.server.yaml, see docs/rules.md.",
    role,
  });
}

/** Who is admin by scope has every role; without a policy nobody else has one that scopes do not give. */
export function hasRole({ services, principal, now }: Asking, role: Role, place: Scope): boolean {
  if (principal.scopes.includes("admin")) return true;
  const team = place.team ?? teamOf(services, place.service, now());
  const { roles } = services.config;
  return roles.length > 0 && rolesOf(roles, principal, { ...place, team }).includes(role);
}

/** The team that owns a service now: as reported, or as its project says. */
export function teamOf(services: Asked, service: string | null, nowMs: number): string | null {
  if (service === null) return null;
  const items = services.store.read.status({ service, ephemeral: true }, nowMs);
  const found = items.find((item) => item.service !== null && foldName(item.service) === foldName(service));
  return found?.team ?? projectFor(services, service)?.team ?? null;
}
