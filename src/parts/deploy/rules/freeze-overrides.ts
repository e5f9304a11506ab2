/** `vice freeze override` and `vice freeze lift-override`: lets deployments pass the freezes for a while, and takes that back. */
import { z } from "zod";
import { sayUntil } from "../../../domain/rules/say-moment.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Stands } from "../../../ports/standing.ts";
import { hasRole, requireRole } from "../../config/index.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import {
  deployCommand,
  momentOf,
  newInput,
  reasonInput,
  saidSchema,
  sayAbout,
  scopeInput,
} from "./define-command.ts";
import { findStanding } from "./find-standing.ts";
import { meantScope } from "./meant-scope.ts";
import type { RuleContext } from "./rule-context.ts";
import { scopeNow } from "./scope-now.ts";
import { nameOfActor } from "./who.ts";
import { zoneHere } from "./zone-here.ts";

/** What cannot wait is done within a day; more is another plan, and an admin's to say. */
const LONGEST_HOURS = 24;

export const overridden = z.strictObject({ ...saidSchema, until: z.string() });

const overriddenOf = (
  services: RuleContext["services"],
  { key, at, actor, data }: Stands<"override">,
): z.output<typeof overridden> => ({
  id: key,
  scope: scopeNow(services, data.scope),
  reason: data.reason,
  at,
  by: actor,
  byName: nameOfActor(services, actor),
  until: data.until,
});

export const overridesNow = (services: RuleContext["services"], nowMs: number) =>
  services.store.standing
    .list("override")
    .filter(({ data }) => Date.parse(data.until) > nowMs)
    .map((row) => overriddenOf(services, row));

const NAMES = { what: "override", list: "vice freeze list --json" };

export const freezeOverride = deployCommand({
  id: "deploy.freeze-override",
  words: ["freeze", "override"],
  part: "deploy",
  summary: "Let deployments pass the freezes of a service or an environment for a short time, with a reason.",
  examples: ['vice freeze override --service shop --environment prod-eu --for 1h --reason "security fix"'],
  effect: "danger",
  scope: "deploy",
  positional: [],
  input: z.strictObject({
    ...scopeInput,
    for: z.string().default("1h").describe(`How long; at most ${LONGEST_HOURS}h, unless an admin says so`),
    reason: reasonInput,
    new: newInput,
  }),
  output: overridden,
  run: async ({ reason, for: span, new: isNew, ...given }, ctx) => {
    const scope = meantScope(ctx, given, isNew);
    if (scope.service === null && scope.environment === null)
      throw new ViceError("input.invalid", {
        message: "An override is for a service, an environment or both. Nothing was changed.",
        hint: "Say --service S --environment E.",
      });
    requireRole(ctx, "approver", scope);
    const until = momentOf(span, ctx.now());
    const longMs = Date.parse(until) - ctx.now();
    if (longMs <= 0)
      throw new ViceError("input.invalid", {
        message: `The override would be over already (${until}). Nothing was changed.`,
        hint: "Say how long it is to hold: --for 1h",
      });
    if (longMs > LONGEST_HOURS * 3_600_000 && !hasRole(ctx, "admin", scope))
      throw new ViceError("input.invalid", {
        message: `An override lasts at most ${LONGEST_HOURS} h. Nothing was changed.`,
        hint: `Say --for ${LONGEST_HOURS}h or less and do it again then, or ask an admin.`,
      });
    const overrideId = uuidv7(ctx.now());
    const data = { overrideId, scope, until, reason };
    await recordEvents(ctx, [saidEvent(ctx, "vice.freeze.overridden.v1", overrideId, data)]);
    return overriddenOf(ctx.services, findStanding(ctx.services, "override", overrideId, NAMES));
  },
  text: ({ id, scope, until }, { nowMs }) =>
    `No freeze holds for ${sayAbout(scope)} until ${sayUntil(until, nowMs, zoneHere())}. It stands in the audit log.\nTake it back: vice freeze lift-override ${id} --reason "..."`,
});

export const freezeLiftOverride = deployCommand({
  id: "deploy.freeze-lift-override",
  words: ["freeze", "lift-override"],
  part: "deploy",
  summary: "Take an override back before its time: the freezes hold again.",
  examples: ['vice freeze lift-override 0193f1c2 --reason "the fix is out"'],
  effect: "write",
  scope: "deploy",
  positional: ["id"],
  input: z.strictObject({
    id: z.string().trim().min(1).describe("Of the override, or its unique start"),
    reason: reasonInput,
  }),
  output: overridden,
  run: async ({ id, reason }, ctx) => {
    const found = findStanding(ctx.services, "override", id, NAMES);
    // Making it strict again takes less than letting it pass.
    requireRole(ctx, "deployer", found.data.scope);
    const data = { overrideId: found.key, reason };
    await recordEvents(ctx, [saidEvent(ctx, "vice.freeze.override-withdrawn.v1", found.key, data)]);
    return overriddenOf(ctx.services, found);
  },
  text: ({ scope }) => `Taken back: the freezes of ${sayAbout(scope)} hold again.`,
});
