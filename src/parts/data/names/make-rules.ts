/** Makes name rules: says how many activities they rename, and writes them as events unless it is a dry run. */
import { z } from "zod";
import { nameRuleSchema } from "../../../domain/name-rule.ts";
import {
  type CompiledRules,
  compileRules,
  isExact,
  type NameRule,
  resolveNames,
} from "../../../domain/names.ts";
import { isRegex } from "../../../domain/pattern.ts";
import { allows, type CommandContext, type TextStyle } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import { printable } from "../../../kit/table.ts";
import type { ReportedName } from "../../../ports/names.ts";
import type { Services } from "../../../ports/services.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";
import { allRules, rulesOf } from "./all-rules.ts";
import { sayRule } from "./say-rule.ts";

export const newName = z
  .boolean()
  .default(false)
  .describe("The service is a new name, though it looks like a known one");

export const ruleInput = {
  reason: z.string().optional().describe("Why, for the audit log"),
  dryRun: z.boolean().default(false).describe("Only say what would change"),
};

export const madeRules = z.strictObject({
  rules: z.array(
    z.strictObject({
      id: z.string().nullable().describe("null in a dry run"),
      match: nameRuleSchema.shape.match,
      set: nameRuleSchema.shape.set,
    }),
  ),
  activities: z.int().describe("How many stored activities it concerns"),
  atMost: z.boolean().describe("Whether it may be fewer, since the rule looks at more than the name"),
  changed: z.boolean().describe("false when these rules were there already, or in a dry run"),
  dryRun: z.boolean(),
  newService: z.string().nullable().describe("The service that nothing was called before; null when none"),
});
export type MadeRules = z.output<typeof madeRules>;

interface Wanted {
  rules: readonly NameRule[];
  reason?: string | undefined;
  dryRun: boolean;
  /** Whether the service that they set is a new one. */
  isNew?: boolean;
  /** Counts the activities that it concerns, where names do not tell. */
  concerned?: () => number;
}

/** The first of the new rules counts before the second. @throws ViceError `data.invalid`, `store.unavailable` */
export async function makeRules(
  ctx: CommandContext<Services>,
  { rules, reason, dryRun, isNew = false, concerned }: Wanted,
): Promise<MadeRules> {
  const before = allRules(ctx.services);
  const names = ctx.services.store.names.reported();
  assertCompiles(rules);
  assertMayUseRegex(ctx, rules);
  const former = rulesOf(before);
  const activities = concerned?.() ?? countChanged(compileRules(former), rules, former, names);
  const same = rules.map(
    (rule) => before.find((each) => each.origin === "page" && equal(each, rule))?.id ?? null,
  );
  const known = activities === 0 && !rules.some(isParticular) && same.every((id) => id !== null);
  const atMost = rules.some(isParticular);
  const answer = (ids: ReadonlyArray<string | null>, changed: boolean): MadeRules => ({
    rules: rules.map(({ match, set }, at) => ({ id: ids[at] ?? null, match, set })),
    ...{ activities, atMost, changed, dryRun },
    newService: isNew ? (rules[0]?.set.service ?? null) : null,
  });
  if (dryRun || known) return answer(same, false);
  const ids = rules.map(() => uuidv7(ctx.now()));
  // Newest first counts, so the first rule is written last.
  const events = rules
    .map((rule, at) => ruled(ctx, { ...rule, id: ids[at] ?? "" }, reason ?? null))
    .reverse();
  await recordEvents(ctx, events);
  return answer(ids, true);
}

const ruled = (ctx: CommandContext<Services>, rule: NameRule & { id: string }, reason: string | null) =>
  saidEvent(ctx, "vice.names.ruled.v1", rule.id, { rule, reason });

function assertCompiles(rules: readonly NameRule[]): void {
  try {
    compileRules(rules);
  } catch (error) {
    const problem = error instanceof Error ? error.message : "it does not compile";
    throw new ViceError("data.invalid", {
      message: `The pattern is not right: ${problem}.`,
      hint: "Write a name, a name with *, or /a regular expression/.",
    });
  }
}

/** A regular expression can take for ever on a name that a stranger chose: only those who may stop the server make one. */
function assertMayUseRegex({ principal }: CommandContext<Services>, rules: readonly NameRule[]): void {
  if (allows(principal.scopes, "admin")) return;
  const patterns = rules.flatMap(({ match: { tags = {}, ...names } }) => [
    ...Object.values(names),
    ...Object.values(tags),
  ]);
  if (patterns.some((pattern) => pattern !== undefined && isRegex(pattern) && !isExact(pattern))) {
    throw new ViceError("auth.forbidden", {
      scope: "admin",
      message: 'A regular expression in a rule needs the scope "admin".',
      hint: "Write a name with * instead, or ask an admin. Nothing was changed.",
    });
  }
}

/** Whether it looks at more than names, sources and instances. */
const isParticular = ({ match }: NameRule): boolean =>
  [match.environment, match.ref, match.repository, match.actor, match.kind, match.tags].some(
    (each) => each !== undefined,
  );

/** Activities whose names, team or exclusion change; a rule that looks at more than the name is taken at its widest. */
function countChanged(
  before: CompiledRules,
  added: readonly NameRule[],
  all: readonly NameRule[],
  names: readonly ReportedName[],
): number {
  const widest = added.map(({ match, set }): NameRule => ({ match: nameOnly(match), set }));
  const after = compileRules([...widest, ...all]);
  return names.reduce((sum, { source, instance, name, count }) => {
    const subject = { source, instance, reported: { service: name } };
    const same =
      JSON.stringify(resolveNames(before, subject)) === JSON.stringify(resolveNames(after, subject));
    return same ? sum : sum + count;
  }, 0);
}

const nameOnly = ({ source, instance, service, canonical }: NameRule["match"]): NameRule["match"] => ({
  ...(source === undefined ? {} : { source }),
  ...(instance === undefined ? {} : { instance }),
  ...(service === undefined ? {} : { service }),
  ...(canonical === undefined ? {} : { canonical }),
});

const canonicalJson = (value: Record<string, unknown>): string =>
  JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
const equal = (a: NameRule, b: NameRule): boolean =>
  canonicalJson(a.match) === canonicalJson(b.match) && canonicalJson(a.set) === canonicalJson(b.set);

/** What was done, and how it is taken back. */
export function sayMade(
  { rules, activities, atMost, changed, dryRun, newService }: MadeRules,
  style: TextStyle,
): string {
  const count = `${atMost ? "at most " : ""}${activities} ${activities === 1 ? "activity" : "activities"}`;
  const lines = rules.map((rule) => printable(`When ${sayRule(rule.match)}, then ${sayRule(rule.set)}.`));
  if (dryRun) return [...lines, `This would concern ${count}. Nothing was changed.`].join("\n");
  if (!changed) return [...lines, "That is so already. Nothing was changed."].join("\n");
  const back = rules.map(({ id }) => style.color("dim", `Take it back: vice service forget-rule ${id}`));
  const fresh = newService === null ? [] : [printable(`"${newService}" is a new service.`)];
  return [...lines, ...fresh, `It concerns ${count}, history included.`, ...back].join("\n");
}
