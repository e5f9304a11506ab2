/** The schema of a name rule, apart from what rules do: whoever only asks them needs no schema. */
import { z } from "zod";
import { KINDS, TIERS } from "./activity.ts";

/**
 * One rule. `match` patterns are compared without case; `*` stands for any run of characters and each `*` is captured
 * as `$1`, `$2`, ... for `set`, counted through `service`, `environment`, `ref`, `repository` and `tags` in this order;
 * a pattern in slashes (`/^deploy-(.*)$/`) is a regular expression.
 */
export const nameRuleSchema = z.strictObject({
  match: z.strictObject({
    source: z.string().optional(),
    instance: z.string().optional(),
    /** The name that a tool uses. */
    service: z.string().optional(),
    /** The name that the rules after this one give. */
    canonical: z.string().optional(),
    environment: z.string().optional(),
    ref: z.string().optional(),
    repository: z.string().optional(),
    actor: z.string().optional(),
    kind: z.enum(KINDS).optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  set: z.strictObject({
    service: z.string().optional(),
    team: z.string().optional(),
    environment: z.string().optional(),
    tier: z.enum(TIERS).optional(),
    tenant: z.string().optional(),
    kind: z.enum(KINDS).optional(),
    deploymentKind: z.enum(["deploy", "config", "teardown"]).optional(),
    /** Leave it out of what runs where and of all numbers, and say why: "bot", "test run". */
    exclude: z.string().optional(),
  }),
});
export type NameRule = z.infer<typeof nameRuleSchema>;
