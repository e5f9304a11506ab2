/** `vice service forget-rule`: takes a name rule back; everything is named as before. */
import { z } from "zod";
import { nameRuleSchema } from "../../../domain/name-rule.ts";
import { byStart } from "../../../kit/by-start.ts";
import { ViceError } from "../../../kit/errors.ts";
import { printable } from "../../../kit/table.ts";
import type { Services } from "../../../ports/services.ts";
import { dataCommand } from "../define-command.ts";
import { recordEvents, saidEvent } from "../log/record-events.ts";
import { allRules, isConfigured } from "./all-rules.ts";
import type { RuleView } from "./rule-view.ts";
import { sayRule } from "./say-rule.ts";

const input = z.object({
  id: z.string().trim().min(1).describe("Id of the rule, or its unique start"),
  reason: z.string().optional().describe("Why, for the audit log"),
});
const output = z.strictObject({
  id: z.string(),
  match: nameRuleSchema.shape.match,
  set: nameRuleSchema.shape.set,
});

export const forgetRule = dataCommand({
  id: "names.remove",
  words: ["service", "forget-rule"],
  part: "data",
  summary: "Take a name rule back: what it named has its former name again.",
  examples: ["vice service forget-rule 0193f1c2-7b1e-7a10-8000-1f2e3d4c5b6a"],
  effect: "write",
  positional: ["id"],
  input,
  output,
  run: async ({ id: given, reason }, ctx) => {
    const { id, match, set } = findRule(given, ctx.services);
    await recordEvents(ctx, [
      saidEvent(ctx, "vice.names.unruled.v1", id, { ruleId: id, reason: reason ?? null }),
    ]);
    return { id, match, set };
  },
  text: ({ match, set }) => printable(`No longer: when ${sayRule(match)}, then ${sayRule(set)}.`),
});

/** @throws ViceError `not-found`, `conflict` for a rule of the configuration, `input.invalid` when several fit */
function findRule(given: string, services: Services): RuleView {
  const rule = byStart(given, allRules(services));
  if (rule === null)
    throw new ViceError("not-found", {
      what: "rule",
      name: given,
      hint: "List them: vice service list --json",
    });
  if (isConfigured(rule.id)) {
    const file = services.config.file ?? "vice.server.yaml";
    throw new ViceError("conflict", {
      message: `This rule stands in ${file}.`,
      hint: "Take it out there; the server reads the file again on SIGHUP.",
    });
  }
  return rule;
}
