/** All name rules in the order in which they count: those made by command, newest first, then those of the configuration. */
import { z } from "zod";
import { type NameRule, nameRuleSchema } from "../../../domain/names.ts";
import type { Services } from "../../../ports/services.ts";

export const ruleView = z.strictObject({
  id: z.string(),
  origin: z
    .enum(["config", "page"])
    .describe("`page`: made by command or on the page, and can be taken back"),
  match: nameRuleSchema.shape.match,
  set: nameRuleSchema.shape.set,
  at: z.string().nullable(),
  actor: z.string().nullable(),
  reason: z.string().nullable(),
});
export type RuleView = z.output<typeof ruleView>;

const CONFIG = "config:";

export function allRules({ store, config }: Pick<Services, "store" | "config">): RuleView[] {
  const made = store.names
    .rules()
    .map(({ id, rule, at, actor, reason }): RuleView => ({ id, origin: "page", ...rule, at, actor, reason }));
  const configured = config.rules.map(
    (rule, at): RuleView => ({
      id: `${CONFIG}${at + 1}`,
      origin: "config",
      ...rule,
      at: null,
      actor: null,
      reason: null,
    }),
  );
  return [...made, ...configured];
}

export const rulesOf = (views: readonly RuleView[]): NameRule[] =>
  views.map(({ match, set }) => ({ match, set }));

export const isConfigured = (id: string): boolean => id.startsWith(CONFIG);
