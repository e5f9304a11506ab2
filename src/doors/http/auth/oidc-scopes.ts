/** Says what a person who signed on may do, from what the provider says about them. Pure. */
import type { Principal, Scope } from "../../../kit/command.ts";
import type { OidcSettings } from "./oidc.ts";
import { scopesOf } from "./tokens.ts";

type Claims = Readonly<Record<string, unknown>>;

/** Claims whose values may be named in `oidc.scopes`: none that people choose themselves, as a user name often is. */
const NAMING = ["groups", "roles", "email", "sub"] as const;

/**
 * `oidc.scopes` names groups, roles, addresses or `*` (everybody who may come in). `allowEmails`, when it has entries,
 * says who may come in: an address, or `@example.com` or `*@example.com` for a domain; those without a named scope may
 * read. An address counts only when the provider says that it is verified (OpenID Connect Core 1.0, 5.1 and 5.7).
 * @returns `null` = nobody who may come in
 */
export function principalOfClaims(claims: Claims, settings: OidcSettings): Principal | null {
  const subject = textOf(claims["sub"]);
  if (subject === null) return null;
  const email = isVerified(claims) ? textOf(claims["email"]) : null;
  const invited = settings.allowEmails.length > 0;
  if (invited && !settings.allowEmails.some((allowed) => fits(allowed, email))) return null;
  const named = namedScopes({ ...claims, email }, settings.scopes);
  const scopes: Scope[] = named.length === 0 && invited ? ["read"] : named;
  if (scopes.length === 0) return null;
  const name = textOf(claims["name"]) ?? email ?? textOf(claims["preferred_username"]) ?? subject;
  return { id: `oidc:${subject}`, name, scopes };
}

function namedScopes(claims: Claims, byName: Readonly<Record<string, readonly string[]>>): Scope[] {
  const values = new Set(["*", ...NAMING.flatMap((claim) => [claims[claim]].flat()).map(String)]);
  return scopesOf(Object.entries(byName).flatMap(([name, scopes]) => (values.has(name) ? scopes : [])));
}

/** Some providers send the word for the boolean. */
const isVerified = ({ email_verified: said }: Claims): boolean => said === true || said === "true";

function fits(allowed: string, email: string | null): boolean {
  if (email === null) return false;
  const [wanted, given] = [allowed.toLowerCase().replace(/^\*@/, "@"), email.toLowerCase()];
  return wanted.startsWith("@") ? given.endsWith(wanted) : given === wanted;
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
