/** `vice deploy batch-override`: lets one deployment bring more commits or lines than its environment takes at once. */
import { z } from "zod";
import { WHOLE_SHA } from "../../../domain/commits/sha.ts";
import { sayUntil } from "../../../domain/rules/say-moment.ts";
import { EVERYTHING, type Scope } from "../../../domain/rules/scope.ts";
import type { CommandContext } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import { hasRole, requireRole } from "../../config/index.ts";
import { recordEvents, saidEvent } from "../../data/index.ts";
import { deployCommand, momentOf, newInput, reasonInput, saidSchema, sayAbout } from "./define-command.ts";
import { findStanding } from "./find-standing.ts";
import { meantNames } from "./meant.ts";
import { scopeNow } from "./scope-now.ts";
import { nameOfActor } from "./who.ts";
import { zoneHere } from "./zone-here.ts";

const LONGEST_HOURS = 24;
const HOUR_MS = 3_600_000;

export interface BatchOverride {
  service: string;
  environment: string;
  /** `null` for both = whatever comes. */
  version: string | null;
  commitSha: string | null;
  /** ISO 8601. */
  until: string;
  reason: string;
}

/** Notes it, where somebody with the role of an approver says so. @throws ViceError `auth.forbidden` */
export async function overrideBatch(ctx: CommandContext<Services>, said: BatchOverride): Promise<string> {
  const { service, environment, version, commitSha, until, reason } = said;
  const scope: Scope = { ...EVERYTHING, service, environment };
  requireRole(ctx, "approver", scope);
  const overrideId = uuidv7(ctx.now());
  const data = { overrideId, scope, version, commitSha, until, reason };
  await recordEvents(ctx, [saidEvent(ctx, "vice.batch.overridden.v1", overrideId, data)]);
  return overrideId;
}

export const batchOverride = deployCommand({
  id: "deploy.batch-override",
  words: null,
  part: "deploy",
  summary:
    "Let one deployment bring more commits or lines than its environment takes at once, with a reason.",
  examples: [
    'vice deploy batch-override shop prod-eu --version v1.4.2 --reason "one migration, cannot be cut"',
  ],
  effect: "danger",
  scope: "deploy",
  positional: ["service", "environment"],
  input: z.strictObject({
    service: z.string().trim().min(1),
    environment: z.string().trim().min(1),
    version: z.string().trim().min(1).optional().describe("Only this one; without it whatever comes"),
    commit: z
      .string()
      .trim()
      .toLowerCase()
      .regex(WHOLE_SHA, "A commit is 40 or 64 hexadecimal digits")
      .optional()
      .describe("Only this one"),
    for: z.string().default("1h").describe(`How long; at most ${LONGEST_HOURS}h, unless an admin says so`),
    reason: reasonInput,
    new: newInput,
  }),
  output: z.strictObject({
    ...saidSchema,
    version: z.string().nullable(),
    commitSha: z.string().nullable(),
    until: z.string(),
  }),
  run: async ({ reason, for: span, new: isNew, version = null, commit: commitSha = null, ...given }, ctx) => {
    const named = meantNames(ctx, given, isNew);
    const until = momentOf(span, ctx.now());
    const longMs = Date.parse(until) - ctx.now();
    const scope: Scope = { ...EVERYTHING, ...named };
    if (longMs <= 0 || (longMs > LONGEST_HOURS * HOUR_MS && !hasRole(ctx, "admin", scope)))
      throw new ViceError("input.invalid", {
        message: `An override lasts at most ${LONGEST_HOURS} h, and not until a moment that is over. Nothing was changed.`,
        hint: `Say --for 1h, or ask an admin for more than ${LONGEST_HOURS}h.`,
      });
    const id = await overrideBatch(ctx, { ...named, version, commitSha, until, reason });
    const stands = findStanding(ctx.services, "batch-override", id, { what: "override", list: "vice audit" });
    return {
      ...{ id, scope: scopeNow(ctx.services, stands.data.scope), reason, at: stands.at },
      ...{ by: stands.actor, byName: nameOfActor(ctx.services, stands.actor), version, commitSha, until },
    };
  },
  text: ({ scope, version, until }, { nowMs }) =>
    `${version ?? "Whatever comes"} may be as large as it is for ${sayAbout(scope)} until ${sayUntil(until, nowMs, zoneHere())}. It stands in the audit log.`,
});
