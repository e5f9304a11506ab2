/** `vice service team` and `vice environment tier`: whose a service is, and what an environment is for. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { exactly } from "../../../domain/names.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { dataCommand } from "../define-command.ts";
import { knownNames } from "./known-names.ts";
import { madeRules, makeRules, ruleInput, sayMade } from "./make-rules.ts";

const teamInput = z.object({
  service: z.string().trim().min(1),
  team: z.string().trim().min(1),
  ...ruleInput,
});

export const setTeam = dataCommand({
  id: "service.team",
  words: ["service", "team"],
  part: "data",
  summary: "Say which team owns a service.",
  examples: ["vice service team shop payments"],
  effect: "write",
  positional: ["service", "team"],
  input: teamInput,
  output: madeRules,
  run: ({ service, team, reason, dryRun }, ctx) => {
    const known = knownNames(ctx.services.store.names.reported());
    const canonical = known.service(service) ?? known.missing(service);
    return makeRules(ctx, {
      rules: [{ match: { canonical: known.patternOf(canonical) }, set: { team } }],
      reason,
      dryRun,
    });
  },
  text: sayMade,
});

const tierInput = z.object({ environment: z.string().trim().min(1), tier: z.enum(TIERS), ...ruleInput });

export const setTier = dataCommand({
  id: "environment.tier",
  words: ["environment", "tier"],
  part: "data",
  summary: "Say what an environment is for: production, staging, testing, development, ephemeral or other.",
  examples: ["vice environment tier edge production"],
  effect: "write",
  positional: ["environment", "tier"],
  input: tierInput,
  output: madeRules,
  run: ({ environment, tier, reason, dryRun }, ctx) => {
    const known = ctx.services.store.names.environments();
    const found = known.find(({ name }) => foldName(name) === foldName(environment));
    if (found === undefined) {
      const near = nearest(
        environment,
        known.map(({ name }) => name),
      );
      throw new ViceError("not-found", {
        what: "environment",
        name: environment,
        nearest: near,
        hint: "List them: vice service list",
      });
    }
    return makeRules(ctx, {
      rules: [{ match: { environment: exactly(found.name) }, set: { tier } }],
      ...{ reason, dryRun },
      concerned: () =>
        found.tier === tier
          ? 0
          : ctx.services.store.read.activities({ environment }, 1000, null, ctx.now()).items.length,
    });
  },
  text: sayMade,
});
