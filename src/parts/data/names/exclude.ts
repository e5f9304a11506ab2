/** `vice service exclude`: leaves bots and test runs out of what runs where, of lists and of numbers. */
import { z } from "zod";
import { KINDS } from "../../../domain/activity.ts";
import type { NameRule } from "../../../domain/names.ts";
import { ViceError } from "../../../kit/errors.ts";
import { dataCommand } from "../define-command.ts";
import { madeRules, makeRules, ruleInput, sayMade } from "./make-rules.ts";

const pattern = z.string().trim().min(1).optional();
const input = z.object({
  reason: z.string().trim().min(1).describe('Why they do not count, as "bot" or "test run"'),
  actor: pattern.describe("Login or name; * stands for any characters"),
  service: pattern.describe("The name a tool uses"),
  environment: pattern,
  ref: pattern.describe("Branch or tag"),
  source: pattern,
  kind: z.enum(KINDS).optional(),
  tag: z.record(z.string(), z.string()).optional(),
  dryRun: ruleInput.dryRun,
});

export const excludeByRule = dataCommand({
  id: "service.exclude",
  words: ["service", "exclude"],
  part: "data",
  summary: "Leave bots, test runs and the like out of status, lists and numbers; --excluded shows them.",
  examples: [
    "vice service exclude --actor 'dependabot*' --reason bot",
    "vice service exclude --environment 'smoke-*' --reason 'test run'",
  ],
  effect: "write",
  positional: [],
  input,
  output: madeRules,
  run: ({ reason, dryRun, tag, ...patterns }, ctx) => {
    const given = Object.fromEntries(Object.entries(patterns).filter(([, value]) => value !== undefined));
    const match: NameRule["match"] = { ...given, ...(tag === undefined ? {} : { tags: tag }) };
    if (Object.keys(match).length === 0) {
      throw new ViceError("input.invalid", {
        message: "This would leave everything out.",
        hint: "Say what: --actor, --service, --environment, --ref, --source, --kind or --tag.",
      });
    }
    return makeRules(ctx, { rules: [{ match, set: { exclude: reason } }], reason, dryRun });
  },
  text: sayMade,
});
