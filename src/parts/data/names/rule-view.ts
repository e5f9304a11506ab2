/** A name rule as it is shown: with where it comes from and who made it. */
import { z } from "zod";
import { nameRuleSchema } from "../../../domain/name-rule.ts";

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
