/** Name rules: from the names that tools use to services, teams, environments, tiers and kinds. */

import type { DeploymentKind, Kind, Tier } from "./activity.ts";
import { foldName } from "./fold-name.ts";
import type { NameRule } from "./name-rule.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { guessTier } from "./tier.ts";
import type { Facts } from "./transition.ts";

export type { NameRule };

/** What the rules are asked about. */
export interface NameSubject {
  source: string;
  instance: string;
  reported: Facts;
}

export interface ResolvedNames {
  service: string | null;
  team: string | null;
  environment: string | null;
  tier: Tier | null;
  tenant: string | null;
  kind: Kind;
  deploymentKind: DeploymentKind | null;
  excluded: string | null;
  /** Whether a rule named the service; `false` puts it on the list of unmatched names. */
  matched: boolean;
}

/** A subject at one stage: names as reported and, once they are known, as resolved. A pattern may fit either. */
interface View extends NameSubject {
  services: ReadonlyArray<string | null | undefined>;
  environments: ReadonlyArray<string | null | undefined>;
  /** `undefined` = not known yet: rules about it do not match. */
  canonical: string | null | undefined;
}

interface CompiledRule {
  /** @returns what the patterns captured, or `null` when it does not match */
  test: (view: View) => string[] | null;
  set: NameRule["set"];
}

export type CompiledRules = readonly CompiledRule[];

/** @throws SyntaxError for a regular expression that does not compile. */
export function compileRules(rules: readonly NameRule[]): CompiledRules {
  return rules.map((rule) => ({ test: compileMatch(rule.match), set: rule.set }));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/**
 * The pattern that fits this name and no other, also when the name holds a `*` or stands in slashes.
 * @param others names that stay what they are: beside one that differs in case only the pattern heeds the case
 */
export function exactly(name: string, others: Iterable<string> = []): string {
  for (const other of others)
    if (other !== name && foldName(other) === foldName(name)) return `/^(?-i:${escaped(name)})$/`;
  return name.includes("*") || /^\/.*\/$/s.test(name) ? `/^${escaped(name)}$/` : name;
}

const EXACT = /^\/\^(?:\(\?-i:)?((?:[^.*+?^${}()|[\]\\/]|\\[^a-z0-9])*)\)?\$\/$/i;

/** Whether the pattern is one that `exactly` makes: without anything that could take long. */
export const isExact = (pattern: string): boolean => EXACT.test(pattern);

/** The name that such a pattern was made of; `null` for any other pattern. */
export const exactName = (pattern: string): string | null =>
  EXACT.exec(pattern)?.[1]?.replace(/\\(.)/g, "$1") ?? null;

function compileMatch(match: NameRule["match"]): CompiledRule["test"] {
  const parts: Array<(view: View) => readonly string[] | null> = [];
  const add = (pattern: string | undefined, read: (view: View) => View["services"]): void => {
    if (pattern === undefined) return;
    const regex = compilePattern(pattern);
    parts.push((view) => firstMatch(regex, read(view)));
  };
  add(match.service, (view) => view.services);
  add(match.environment, (view) => view.environments);
  add(match.ref, (view) => [view.reported.ref]);
  add(match.repository, (view) => [view.reported.repository]);
  for (const [key, pattern] of Object.entries(match.tags ?? {}))
    add(pattern, (view) => [view.reported.tags?.[key]]);
  add(match.source, (view) => [view.source]);
  add(match.instance, (view) => [view.instance]);
  add(match.actor, (view) => [view.reported.actor?.login ?? view.reported.actor?.name]);
  add(match.kind, (view) => [view.reported.kind]);
  add(match.canonical, (view) => (view.canonical === undefined ? [] : [view.canonical]));
  return (view) => {
    const captures: string[] = [];
    for (const part of parts) {
      const found = part(view);
      if (found === null) return null;
      captures.push(...found.slice(1));
    }
    return captures;
  };
}

function firstMatch(regex: Pattern, values: View["services"]): readonly string[] | null {
  for (const value of values) {
    const found = regex.exec(value ?? "");
    if (found !== null) return found;
  }
  return null;
}

const fill = (template: string, captures: readonly string[]): string =>
  template.replace(/\$(\d)/g, (_, digit: string) => captures[Number(digit) - 1] ?? "").trim();

type RuleKey = keyof NameRule["set"];

/** The first rule before `limit` that matches and sets `key` to something. */
function firstSetting(
  rules: CompiledRules,
  key: RuleKey,
  view: View,
  limit = rules.length,
): { at: number; value: string } | null {
  for (let at = 0; at < limit; at++) {
    const template = rules[at]?.set[key];
    if (template === undefined) continue;
    const captures = rules[at]?.test(view) ?? null;
    const value = captures === null ? "" : fill(template, captures);
    if (value !== "") return { at, value };
  }
  return null;
}

/** The service and the rule that named it last; `rule` is its place in the list, `null` = none did. */
function nameService(rules: CompiledRules, view: View): { service: string | null; rule: number | null } {
  let service = view.reported.service ?? null;
  let rule: number | null = null;
  for (;;) {
    const canonical = rule === null && service === null ? undefined : service;
    const next = firstSetting(rules, "service", { ...view, canonical }, rule ?? rules.length);
    if (next === null) return { service, rule };
    service = next.value;
    rule = next.at;
  }
}

/**
 * Per field the first rule that matches and sets it wins; what no rule sets stays as reported. A name that a rule gave is
 * looked up again among the rules before that one (`canonical`), so that merging "shop" into "store" also moves all that
 * is called "shop" by a pattern. Rules about other things may name the service or environment either way.
 */
export function resolveNames(rules: CompiledRules, subject: NameSubject): ResolvedNames {
  const { reported } = subject;
  if (rules.length === 0) return unruled(reported);
  const view: View = {
    ...subject,
    services: [reported.service],
    environments: [reported.environment],
    canonical: undefined,
  };
  const moved = firstSetting(rules, "environment", view)?.value ?? null;
  const { service, rule } = nameService(rules, {
    ...view,
    environments: [reported.environment, moved ?? reported.environment],
  });
  const named: View = { ...view, services: [reported.service, service], canonical: service };
  const environment =
    moved ?? firstSetting(rules, "environment", named)?.value ?? reported.environment ?? null;
  const whole: View = { ...named, environments: [reported.environment, environment] };
  const set = (key: RuleKey): string | null => firstSetting(rules, key, whole)?.value ?? null;
  return {
    service,
    team: set("team") ?? reported.team ?? null,
    environment,
    tier: (set("tier") as Tier | null) ?? reported.tier ?? guessTier(environment),
    tenant: set("tenant") ?? reported.tenant ?? null,
    kind: (set("kind") as Kind | null) ?? reported.kind ?? "action",
    deploymentKind: (set("deploymentKind") as DeploymentKind | null) ?? reported.deploymentKind ?? null,
    excluded: set("exclude"),
    matched: rule !== null,
  };
}

function unruled(reported: Facts): ResolvedNames {
  return {
    service: reported.service ?? null,
    team: reported.team ?? null,
    environment: reported.environment ?? null,
    tier: reported.tier ?? guessTier(reported.environment ?? null),
    tenant: reported.tenant ?? null,
    kind: reported.kind ?? "action",
    deploymentKind: reported.deploymentKind ?? null,
    excluded: null,
    matched: false,
  };
}

/** The place in the list of the rule that names this service; `null` = it keeps its name. */
export function namingRule(rules: CompiledRules, { source, instance, reported }: NameSubject): number | null {
  const view: View = {
    source,
    instance,
    reported,
    services: [reported.service],
    environments: [],
    canonical: undefined,
  };
  return nameService(rules, view).rule;
}

/** Two names that a person would call the same: compared on letters and digits of their last path segment. */
export function looksAlike(a: string, b: string): boolean {
  return core(a) !== "" && core(a) === core(b);
}

function core(name: string): string {
  const last = foldName(name).split(/[/:]/).at(-1) ?? "";
  return last
    .replace(/^(deploy|release|build)[-_ ]?/, "")
    .replace(/[-_ ](prod|production|staging|stage|dev|test|svc|service|app|api|deploy)$/, "")
    .replace(/[^a-z0-9]/g, "");
}
