/** `vice service alias`: says which service a name that a tool uses stands for. */
import { z } from "zod";
import { exactly } from "../../../domain/names.ts";
import { ViceError } from "../../../kit/errors.ts";
import { dataCommand } from "../define-command.ts";
import { knownNames } from "./known-names.ts";
import { madeRules, makeRules, newName, ruleInput, sayMade } from "./make-rules.ts";

const input = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .describe("The name a tool uses; * stands for any characters, /.../ is a regular expression"),
  service: z.string().trim().min(1).describe("The service it is; $1 is what the first * stood for"),
  source: z.string().optional().describe("Only when this source says so"),
  new: newName,
  ...ruleInput,
});

export const aliasService = dataCommand({
  id: "service.alias",
  words: ["service", "alias"],
  part: "data",
  summary: "Say which service a reported name stands for, in history too.",
  examples: [
    "vice service alias group/shop shop",
    "vice service alias 'platform/*' '$1' --source gitlab",
    "vice service alias shop-prod shop --dry-run",
  ],
  effect: "write",
  positional: ["name", "service"],
  input,
  output: madeRules,
  run: ({ name, service, source, new: isNew, reason, dryRun }, ctx) => {
    const known = knownNames(ctx.services.store.names.reported());
    const reported = known.reported(name, source);
    if (reported === null && known.service(name) !== null) {
      const hint = `Move all of its names: vice service merge ${name} --into ${service}`;
      throw new ViceError("input.invalid", {
        message: `"${name}" is a service, not a name that ${source ?? "a tool"} uses.`,
        hint,
      });
    }
    const match = {
      ...(source === undefined ? {} : { source: exactly(source) }),
      service: reported === null ? name : known.patternOfReported(reported),
    };
    const target = known.target(service, [isNew ? service : name]);
    const rules = [{ match, set: { service: target.service } }];
    return makeRules(ctx, { rules, reason, dryRun, isNew: target.isNew });
  },
  text: sayMade,
});
