/** All name rules in the order in which they count: those made by command, newest first, then those of the configuration. */
import type { NameRule } from "../../../domain/names.ts";
import type { Asked } from "../../../ports/asked.ts";
import type { RuleView } from "./rule-view.ts";

const CONFIG = "config:";

export function allRules({ store, config }: Asked): RuleView[] {
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
