/** `vice service list` and `vice service unmatched`: services, what tools call them, and which names still stand alone. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { type CompiledRules, compileRules, namingRule } from "../../../domain/names.ts";
import { sayAgo } from "../../../kit/ago.ts";
import { table } from "../../../kit/table.ts";
import type { ReportedName } from "../../../ports/names.ts";
import { dataCommand } from "../define-command.ts";
import { allRules, rulesOf } from "./all-rules.ts";
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
  run: (_, { services }) => {
    const { store } = services;
    const rules = allRules(services);
    const names = store.names.reported();
    const compiled = compileRules(rulesOf(rules));
    const teams = new Map(store.names.teams().map((each) => [each.service, each.team]));
    return {
      services: servicesOf(names, teams, compiled, rules),
      unmatched: unmatchedNames(names),
      environments: store.names
        .environments()
        .map((each) => ({ ...each, ruleId: tierRule(each.name, rules) })),
      rules,
    };
  },
  text: ({ services, unmatched }, style) => {
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
    const rest =
      unmatched.length === 0
        ? ""
        : `\n${style.color("dim", `${unmatched.length} of them stand alone: vice service unmatched`)}`;
    return rows + rest;
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

const unmatchedOutput = z.strictObject({ items: z.array(alone) });

export const listUnmatched = dataCommand({
  id: "service.unmatched",
  words: ["service", "unmatched"],
  part: "data",
  summary: "List the names that only one tool uses and that no rule gives to a service.",
  examples: ["vice service unmatched", "vice service unmatched --csv"],
  effect: "read",
  positional: [],
  input: none,
  output: unmatchedOutput,
  list: "items",
  run: (_, { services }) => ({ items: unmatchedNames(services.store.names.reported()) }),
  text: ({ items }, style) => {
    if (items.length === 0) return "None: every name that a tool uses belongs to a service.";
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
    return `${rows}\n${style.color("dim", "Say which service one is: vice service alias <name> <service>")}`;
  },
});
