/** Tells from the description of a Heroku release what it was: new code, a rollback, or configuration only. */
import type { DeploymentKind } from "../../../domain/activity.ts";

/** First match wins. Descriptions as Heroku writes them (Dev Center "Releases"; recorded ones in unsplash/mercury). */
const KINDS: ReadonlyArray<readonly [RegExp, DeploymentKind]> = [
  [/^roll(ed)? ?back\b/i, "rollback"],
  [/^promote .+ as \w+$/i, "config"],
  [/^(deploy|promote|promotion|build)/i, "deploy"],
  [/^initial release$/i, "config"],
  [/^(set|unset|remove|add|update|change|import) .*\bconfig(uration)? vars?\b/i, "config"],
  [/^(attach|detach|provision|destroy|enable|disable|rename) /i, "config"],
  [/\badd-?ons?\b/i, "config"],
  [/^[A-Z][a-z]+ [A-Z0-9_]+( by \S+)?$/, "config"],
];

/**
 * @param hasSlug whether the release names a slug (code); add-on changes often name none
 * @returns `config` for an unknown description without a slug, `deploy` for one with
 */
export function releaseKind(description: string | null, hasSlug: boolean): DeploymentKind {
  const known = KINDS.find(([pattern]) => description !== null && pattern.test(description));
  return known?.[1] ?? (hasSlug ? "deploy" : "config");
}
