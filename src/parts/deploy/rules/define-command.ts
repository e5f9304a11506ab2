/** What the commands of the rules share: their type, what they are about, and how a moment or a duration is read. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { type Scope, sayScope } from "../../../domain/rules/scope.ts";
import type { Command } from "../../../kit/command.ts";
import { parseDuration } from "../../../kit/duration.ts";
import { ViceError } from "../../../kit/errors.ts";
import { parseMoment } from "../../../kit/moment.ts";
import type { Services } from "../../../ports/services.ts";

export const deployCommand = <Input extends z.ZodType, Output extends z.ZodType>(
  command: Command<Services, Input, Output>,
): Command<Services> => command as Command<Services>;

export const reasonInput = z.string().trim().min(1).max(1000).describe("Why; it stands in the audit log");

/** Flags that say what a rule is about; none of them = everything. */
export const scopeInput = {
  service: z.string().trim().min(1).optional().describe("Only this service"),
  team: z.string().trim().min(1).optional().describe("Only the services of this team"),
  environment: z.string().trim().min(1).optional().describe("Only this environment"),
  tier: z.enum(TIERS).optional().describe("Only environments of this tier"),
};

export const newInput = z
  .boolean()
  .default(false)
  .describe("A name that nobody knows yet is meant, although it looks like a known one");

export const scopeSchema = z.strictObject({
  service: z.string().nullable(),
  team: z.string().nullable(),
  environment: z.string().nullable(),
  tier: z.enum(TIERS).nullable(),
});

export function scopeOf(given: {
  service?: string | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: Scope["tier"] | undefined;
}): Scope {
  const { service = null, team = null, environment = null, tier = null } = given;
  return { service, team, environment, tier };
}

/** What has been said and still stands. */
export const saidSchema = {
  id: z.string(),
  scope: scopeSchema,
  reason: z.string(),
  at: z.string(),
  by: z.string().nullable().describe("As in the audit log"),
  byName: z.string().nullable().describe("What people call them"),
};

export const sayAbout = (scope: Scope): string => sayScope(scope);

/** A moment, or a duration from now. @throws ViceError `input.invalid` */
export function momentOf(text: string, nowMs: number): string {
  const ms = parseMoment(text, nowMs, { toward: "future" });
  if (ms !== null) return new Date(ms).toISOString();
  throw new ViceError("input.invalid", {
    message: `"${text}" is neither a duration nor a moment.`,
    hint: "Write 4h, 2d, monday 9:00 or 2026-12-20T16:00Z.",
  });
}

/** @throws ViceError `input.invalid` */
export function durationOf(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new ViceError("input.invalid", {
    message: `"${text}" is no duration.`,
    hint: "Write 30s, 15m, 4h or 2d.",
  });
}
