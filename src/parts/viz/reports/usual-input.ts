/** The flags that most reports take: which span, in whose days, and of what. Shared, so that they mean the same everywhere. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { isTimeZone } from "../../../domain/time-zone.ts";
import { ViceError } from "../../../kit/errors.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";

const zone = z
  .string()
  .refine(isTimeZone, { error: "there is no such time zone; write Europe/Berlin or UTC" })
  .optional()
  .describe("In whose days and weeks; default: the time zone of the workspace");

export const spanInput = {
  since: z.string().optional().describe(`Included; ${MOMENT_WORDS}`),
  until: z.string().optional().describe("Not included; default: now"),
  tz: zone,
};

export const scopeInput = {
  service: z.string().optional(),
  team: z.string().optional(),
  environment: z.string().optional(),
  tier: z.enum(TIERS).optional(),
};

export interface Span {
  fromMs: number;
  /** Not included. */
  toMs: number;
  zone: string;
}

/** @param tz UTC without it: `vice report` puts that of the workspace there. @param days without `since`: so many before the end. @throws ViceError `input.invalid` */
export function spanOf(
  { since, until, tz }: { since?: string | undefined; until?: string | undefined; tz?: string | undefined },
  nowMs: number,
  days: number,
): Span {
  const options = { timeZone: tz ?? "UTC" };
  const toMs = until === undefined ? nowMs : readMoment(until, nowMs, options);
  const fromMs = since === undefined ? toMs - days * 86_400_000 : readMoment(since, nowMs, options);
  if (fromMs >= toMs)
    throw new ViceError("input.invalid", {
      message: "--since is not before --until.",
      hint: "Write for example: --since 90d",
    });
  return { fromMs, toMs, zone: tz ?? "UTC" };
}
