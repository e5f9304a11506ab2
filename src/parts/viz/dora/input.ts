/** What may be asked of delivery metrics: which deployments, which period, which rule. */
import { z } from "zod";
import { TIERS } from "../../../domain/activity.ts";
import { BUCKETS, dayOf, type Period, startOfDay } from "../../../domain/metrics/buckets.ts";
import { DORA_RULES } from "../../../domain/metrics/dora.ts";
import { isTimeZone } from "../../../domain/time-zone.ts";
import { ViceError } from "../../../kit/errors.ts";
import { MOMENT_WORDS, readMoment } from "../../../kit/moment.ts";
import type { DoraScope } from "../../../ports/dora.ts";
import type { Services } from "../../../ports/services.ts";
import { knownService } from "../../data/index.ts";

/** Days, when nobody says from when. */
const USUAL_DAYS = 90;
/** More points than this nobody can read. */
const MOST_BUCKETS = 1000;

export const doraFilters = {
  service: z.string().optional().describe("One service; without it all together"),
  team: z.string().optional(),
  environment: z.string().optional(),
  tier: z.enum(TIERS).optional().describe("production, when no environment is named"),
  from: z.string().optional().describe(`Included; ${USUAL_DAYS} days ago without it; ${MOMENT_WORDS}`),
  to: z.string().optional().describe("Not included; now without it"),
  tz: z
    .string()
    .optional()
    .refine((name) => name === undefined || isTimeZone(name), {
      error: ({ input }) => `"${String(input)}" is no time zone; write Europe/Berlin`,
    })
    .describe("Time zone of days, weeks and months; that of the workspace without it"),
  rule: z.enum(DORA_RULES).default("vice").describe("Whose definitions; see docs/metrics.md"),
};

export const doraInput = z.object({ ...doraFilters, bucket: z.enum(BUCKETS).default("week") });
/** With a time zone: see `inZone`. */
export type DoraInput = z.output<typeof doraInput> & { tz: string };
export type DoraFilters = Omit<DoraInput, "bucket">;

/** What is not said is in the time zone of the workspace. */
export const inZone = <Given extends { tz?: string | undefined }>(
  given: Given,
  { config }: Pick<Services, "config">,
): Given & { tz: string } => ({ ...given, tz: given.tz ?? config.timeZone });

/** @throws ViceError `not-found` with the nearest name for a service that was never seen */
export function scopeOf(input: DoraFilters, services: Services, nowMs: number): DoraScope {
  const { service, team, environment, tier } = input;
  if (service !== undefined) knownService(services, service, nowMs);
  return { service, team, environment, tier: environment === undefined ? (tier ?? "production") : undefined };
}

/** @throws ViceError `input.invalid` */
export function periodOf({ from, to, tz }: Pick<DoraFilters, "from" | "to" | "tz">, nowMs: number): Period {
  const options = { timeZone: tz };
  const toMs = to === undefined ? nowMs : readMoment(to, nowMs, options);
  const fromMs =
    from === undefined ? startOfDay(dayOf(toMs, tz) - USUAL_DAYS, tz) : readMoment(from, nowMs, options);
  if (fromMs < toMs) return { fromMs, toMs };
  throw new ViceError("input.invalid", {
    message: `The period would end (${new Date(toMs).toISOString()}) before it begins (${new Date(fromMs).toISOString()}).`,
    hint: "from is included, to is not: --from 2026-11-01 --to 2026-12-01",
  });
}

/** @throws ViceError `input.invalid` when there would be too many */
export function checkBuckets(count: number): void {
  if (count <= MOST_BUCKETS) return;
  throw new ViceError("input.invalid", {
    message: `That would be ${count} points, and no more than ${MOST_BUCKETS} are given.`,
    hint: "Take longer ones: --bucket week or --bucket month",
  });
}
