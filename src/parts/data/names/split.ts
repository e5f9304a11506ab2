/** `vice service split`: takes a part of what has one name out into a service of its own. */
import { z } from "zod";
import { exactly, type NameRule } from "../../../domain/names.ts";
import { ViceError } from "../../../kit/errors.ts";
import { dataCommand } from "../define-command.ts";
import { type KnownNames, knownNames } from "./known-names.ts";
import { madeRules, makeRules, ruleInput, sayMade } from "./make-rules.ts";

const pattern = z.string().trim().min(1).optional();
const input = z.object({
  name: z.string().trim().min(1).describe("A name that a tool uses, or a service"),
  service: z.string().trim().min(1).describe("The service that this part becomes"),
  source: pattern.describe("Only what this source reports"),
  environment: pattern.describe("Only in this environment; * stands for any characters"),
  ref: pattern.describe("Only from this branch or tag"),
  tag: z.record(z.string(), z.string()).optional().describe("Only with this tag"),
  ...ruleInput,
});
type Input = z.output<typeof input>;

export const splitService = dataCommand({
  id: "service.split",
  words: ["service", "split"],
  part: "data",
  summary: "Take a part of what has one name out into a service of its own, in history too.",
  examples: [
    "vice service split group/mono --service admin --environment 'admin-*'",
    "vice service split shop --service shop-heroku --source heroku",
    "vice service split group/mono --service worker --tag component=worker",
  ],
  effect: "write",
  positional: ["name"],
  input,
  output: madeRules,
  run: (given, ctx) => {
    const known = knownNames(ctx.services.store.names.reported());
    const match = { ...nameMatch(given, known), ...particulars(given) };
    const set = { service: known.service(given.service) ?? given.service };
    return makeRules(ctx, { rules: [{ match, set }], reason: given.reason, dryRun: given.dryRun });
  },
  text: sayMade,
});

function nameMatch({ name, source, environment, ref, tag }: Input, known: KnownNames): NameRule["match"] {
  const reported = known.reported(name, source);
  if (reported !== null) return { service: known.patternOfReported(reported) };
  const canonical = known.service(name) ?? known.missing(name);
  if ([source, environment, ref, tag].every((each) => each === undefined)) {
    throw new ViceError("input.invalid", {
      message: `"${name}" is a service: say which part of it becomes another.`,
      hint: "Give one of --source, --environment, --ref, --tag, or a name that a tool uses.",
    });
  }
  return { canonical: known.patternOf(canonical) };
}

const particulars = ({ source, environment, ref, tag }: Input): NameRule["match"] => ({
  ...(source === undefined ? {} : { source: exactly(source) }),
  ...(environment === undefined ? {} : { environment }),
  ...(ref === undefined ? {} : { ref }),
  ...(tag === undefined ? {} : { tags: tag }),
});
