/** `vice service merge`: makes several services one, with all the names they have and will have. */
import { z } from "zod";
import { foldName } from "../../../domain/fold-name.ts";
import type { NameRule } from "../../../domain/names.ts";
import { ViceError } from "../../../kit/errors.ts";
import { dataCommand } from "../define-command.ts";
import { type KnownNames, knownNames } from "./known-names.ts";
import { madeRules, makeRules, newName, ruleInput, sayMade } from "./make-rules.ts";

const input = z.object({
  from: z.array(z.string().trim().min(1)).min(1).describe("The services to merge, or names that tools use"),
  into: z.string().trim().min(1).describe("The service they become; it may be one of them or a new name"),
  new: newName,
  ...ruleInput,
});

export const mergeServices = dataCommand({
  id: "service.merge",
  words: ["service", "merge"],
  part: "data",
  summary: "Make several services one, in history too.",
  examples: [
    "vice service merge group/shop shop-prod --into shop",
    "vice service merge web --into shop --dry-run",
    "vice service merge web web-prod --into store --new",
  ],
  effect: "write",
  positional: ["...from"],
  input,
  output: madeRules,
  run: ({ from, into, new: isNew, reason, dryRun }, ctx) => {
    const known = knownNames(ctx.services.store.names.reported());
    const target =
      isNew && isOtherCase(from, into, known)
        ? { service: into, isNew }
        : known.target(into, isNew ? [into] : from);
    const { service } = target;
    const others = new Set(from.map((name) => known.service(name) ?? name));
    others.delete(service);
    if (others.size === 0) {
      throw new ViceError("input.invalid", {
        message: `"${service}" cannot be merged into itself.`,
        hint: "Name another service before --into.",
      });
    }
    const rules = [...others].map((name) => ruleFor(name, service, known));
    return makeRules(ctx, { rules, reason, dryRun, isNew: target.isNew });
  },
  text: sayMade,
});

/** Whether a service gets its own name in another case: else what differs in case only is taken for the one that is known. */
const isOtherCase = (from: readonly string[], into: string, known: KnownNames): boolean =>
  from.every((name) => foldName(name) === foldName(into) && known.service(name) !== into);

/** One rule about the resolved name moves all its names at once, and is taken back at once. */
function ruleFor(name: string, service: string, known: KnownNames): NameRule {
  const canonical = known.service(name);
  if (canonical !== null) return { match: { canonical: known.patternOf(canonical) }, set: { service } };
  const reported = known.reported(name) ?? known.missing(name);
  return { match: { service: known.patternOfReported(reported) }, set: { service } };
}
