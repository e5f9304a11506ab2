/** `vice service list` and `vice service unmatched`: services, what tools call them, and which names still stand alone. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { type CompiledRules, compileRules, namingRule } from "../../../domain/names.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { printable, table } from "../../../kit/table.ts";
import type { ReportedName } from "../../../ports/names.ts";
import { dataCommand } from "../define-command.ts";
import { type AlikeService, WHY_ALIKE } from "./alike.ts";
import { allRules, rulesOf } from "./all-rules.ts";
import { knownAlike } from "./known-alike.ts";
import { type RuleView, ruleView } from "./rule-view.ts";
import { unmatchedNames } from "./unmatched.ts";

const reported = z.strictObject({
  source: z.string(),
  instance: z.string(),
  name: z.string(),
  count: z.int().describe("Activities under this name"),
  lastAt: z.string(),
});
const named = reported.extend({
  ruleId: z.string().nullable().describe("The rule that gives it this service"),
});
const alone = reported.extend({
  suggestion: z.string().nullable().describe("The service that it most probably is"),
});
const alike = z.strictObject({
  service: z.string(),
  into: z.string().describe("The service that it may be"),
  why: z
    .enum(WHY_ALIKE)
    .describe("What they have in common: the name but for its case, its end, the repository"),
});
const environment = z.strictObject({
  name: z.string(),
  tier: z.enum(TIERS).nullable(),
  services: z.int(),
  ruleId: z.string().nullable().describe("The rule that gives it this tier"),
});

const listOutput = z.strictObject({
  services: z.array(
    z.strictObject({ service: z.string(), team: z.string().nullable(), reported: z.array(named) }),
  ),
  unmatched: z.array(alone),
  alike: z.array(alike).describe("Services that may be one"),
  environments: z.array(environment),
  rules: z.array(ruleView),
});
type ListOutput = z.output<typeof listOutput>;
const none = z.object({});

export const listNames = dataCommand({
  id: "data.names",
  words: ["service", "list"],
  part: "data",
  summary: "List services with the names that tools use for them, environments, and the rules behind them.",
  examples: ["vice service list", "vice service list --json"],
  effect: "read",
  positional: [],
  input: none,
  output: listOutput,
  list: "services",
  http: { method: "GET", path: "/v1/names" },
  run: (_, { services, now }) => {
    const { store } = services;
    const rules = allRules(services);
    const names = store.names.reported();
    const compiled = compileRules(rulesOf(rules));
    const teams = new Map(store.names.teams().map((each) => [each.service, each.team]));
    return {
      services: servicesOf(names, teams, compiled, rules),
      unmatched: unmatchedNames(names),
      alike: knownAlike(services, now()),
      environments: store.names
        .environments()
        .map((each) => ({ ...each, ruleId: tierRule(each.name, rules) })),
      rules,
    };
  },
  text: ({ services, unmatched, alike: pairs = [] }, style) => {
    if (services.length === 0)
      return "No service was reported yet. Connect a tool: vice serve, then open the page's Sources.";
    const rows = table(
      services,
      [
        { title: "service", value: (row) => row.service, flexible: true },
        { title: "team", value: (row) => row.team ?? "-", flexible: true },
        { title: "names that tools use", value: (row) => sayReported(row.reported), flexible: true },
      ],
      style,
    );
    const said = [
      ...(unmatched.length === 0 ? [] : [`${unmatched.length} of them stand alone`]),
      ...(pairs.length === 0 ? [] : [`${pairs.length} may be another one`]),
    ].join(", ");
    return said === "" ? rows : `${rows}\n${style.color("dim", `${said}: vice service unmatched`)}`;
  },
});

const sayReported = (names: ReadonlyArray<{ source: string; name: string }>): string =>
  names.map(({ source, name }) => `${name} (${source})`).join(", ");

function servicesOf(
  names: readonly ReportedName[],
  teams: ReadonlyMap<string, string>,
  compiled: CompiledRules,
  rules: readonly RuleView[],
): ListOutput["services"] {
  const known = names.filter((each) => each.service !== null);
  const byService = Map.groupBy(known, (each) => each.service ?? "");
  return [...byService]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([service, list]) => ({
      service,
      team: teams.get(service) ?? null,
      reported: list.map(({ source, instance, name, count, lastAt }) => {
        const at = namingRule(compiled, { source, instance, reported: { service: name } });
        return {
          source,
          instance,
          name,
          count,
          lastAt,
          ruleId: at === null ? null : (rules[at]?.id ?? null),
        };
      }),
    }));
}

const tierRule = (name: string, rules: readonly RuleView[]): string | null =>
  rules.find(
    ({ match, set }) => set.tier !== undefined && match.environment?.toLowerCase() === name.toLowerCase(),
  )?.id ?? null;

const unmatchedOutput = z.strictObject({
  items: z.array(alone),
  alike: listOutput.shape.alike,
});

const WORDS: Readonly<Record<AlikeService["why"], string>> = {
  case: "the same name in another case",
  name: "the name ends alike",
  repository: "the same repository",
};

/** A name as a shell takes it for one word. */
const word = (name: string): string =>
  /^[\w./@:-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;

const sayAlike = (pairs: readonly AlikeService[]): string =>
  [
    "These may be one:",
    ...pairs.flatMap(({ service, into, why }) => [
      printable(`  ${service} and ${into}: ${WORDS[why]}`),
      printable(`    vice service merge ${word(service)} --into ${word(into)}`),
    ]),
  ].join("\n");

export const listUnmatched = dataCommand({
  id: "service.unmatched",
  words: ["service", "unmatched"],
  part: "data",
  summary: "List names that only one tool uses and no rule gives to a service, and services that may be one.",
  examples: ["vice service unmatched", "vice service unmatched --csv"],
  effect: "read",
  positional: [],
  input: none,
  output: unmatchedOutput,
  list: "items",
  run: (_, { services, now }) => {
    const items = unmatchedNames(services.store.names.reported());
    return { items, alike: knownAlike(services, now()) };
  },
  text: ({ items, alike: pairs = [] }, style) => {
    if (items.length === 0)
      return pairs.length > 0
        ? sayAlike(pairs)
        : "None: no name stands alone, and no two services look alike.";
    const rows = table(
      items,
      [
        { title: "name", value: (row) => row.name, flexible: true },
        { title: "source", value: (row) => row.source },
        { title: "times", value: (row) => String(row.count), align: "right" },
        { title: "last", value: (row) => sayAgo(row.lastAt, style.nowMs) },
        { title: "probably", value: (row) => row.suggestion ?? "-", flexible: true },
      ],
      style,
    );
    const next = style.color("dim", "Say which service one is: vice service alias <name> <service>");
    return [rows, next, ...(pairs.length === 0 ? [] : ["", sayAlike(pairs)])].join("\n");
  },
});
