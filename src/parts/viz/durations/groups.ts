/** Durations and outcomes by step, pipeline, service or tool over a span of days, with what they were in the days before. */
import { z } from "zod";
import type { Gathered } from "../../../domain/durations/gathered.ts";
import { quantilesOf } from "../../../domain/durations/histogram.ts";
import { type Dimension, fromStepKey, STEP_KINDS } from "../../../domain/durations/step.ts";
import { dayOf, type Period, startOfDay } from "../../../domain/metrics/buckets.ts";
import type { Services } from "../../../ports/services.ts";

const ms = z.number().nullable().describe("Milliseconds; null = no duration is known");

export const groupSchema = z.strictObject({
  name: z.string(),
  kind: z.enum(STEP_KINDS).nullable().describe("Of a step; null for pipelines, services and tools"),
  runs: z.int().describe("Ended: succeeded, failed and canceled"),
  succeeded: z.int(),
  failed: z.int(),
  canceled: z.int(),
  failureRate: z.number().nullable().describe("failed / (succeeded + failed); null without any"),
  p50: ms,
  p75: ms,
  p95: ms,
  p99: ms,
  totalMs: z.number().describe("All runs together, in milliseconds"),
  before: z.strictObject({ runs: z.int(), p50: ms, p95: ms }).describe("In as many days before"),
  change: z
    .number()
    .nullable()
    .describe("p50 against the days before: 0.2 = 20 % slower; null = one of both is not known"),
});
export type Group = z.output<typeof groupSchema>;

export interface Asked {
  by: Dimension;
  service?: string | undefined;
  kind?: (typeof STEP_KINDS)[number] | undefined;
  /** Whole days of the workspace's time zone, today included. */
  days: number;
}

type Configured = Pick<Services, "config">;

export function spanOfDays(
  { config }: Configured,
  days: number,
  nowMs: number,
): { fromDay: number; toDay: number } {
  const toDay = dayOf(nowMs, config.timeZone) + 1;
  return { fromDay: toDay - days, toDay };
}

/** The same as moments. */
export function periodOfDays(services: Configured, days: number, nowMs: number): Period {
  const { fromDay, toDay } = spanOfDays(services, days, nowMs);
  const { timeZone } = services.config;
  return { fromMs: startOfDay(fromDay, timeZone), toMs: startOfDay(toDay, timeZone) };
}

/** Most time first. @param nowMs the span ends with its day */
export function groupsOf(
  { store, config }: Pick<Services, "store" | "config">,
  { by, service, kind, days }: Asked,
  nowMs: number,
): Group[] {
  const { fromDay, toDay } = spanOfDays({ config }, days, nowMs);
  const now = store.durations.gathered(by, { fromDay, toDay, service });
  const before = new Map(
    store.durations
      .gathered(by, { fromDay: fromDay - days, toDay: fromDay, service })
      .map((each) => [each.value, each]),
  );
  return now
    .map((each) => toGroup(each, before.get(each.value), by))
    .filter((each) => kind === undefined || each.kind === kind)
    .sort((a, b) => b.totalMs - a.totalMs || (a.name < b.name ? -1 : 1));
}

const SHARES = [0.5, 0.75, 0.95, 0.99];

export function toGroup(gathered: Gathered, former: Gathered | undefined, by: Dimension): Group {
  const { value, succeeded, failed, canceled, totalMs, histogram } = gathered;
  const [p50 = null, p75 = null, p95 = null, p99 = null] = quantilesOf(histogram, SHARES).map(round);
  const [before50 = null, before95 = null] =
    former === undefined ? [] : quantilesOf(former.histogram, [0.5, 0.95]).map(round);
  const step = by === "step" ? fromStepKey(value) : null;
  return {
    ...{ name: step?.name ?? value, kind: step?.kind ?? null, runs: succeeded + failed + canceled },
    ...{ succeeded, failed, canceled },
    failureRate: succeeded + failed === 0 ? null : failed / (succeeded + failed),
    ...{ p50, p75, p95, p99, totalMs },
    before: {
      runs: former === undefined ? 0 : former.succeeded + former.failed + former.canceled,
      ...{ p50: before50, p95: before95 },
    },
    change: p50 === null || before50 === null || before50 === 0 ? null : p50 / before50 - 1,
  };
}

const round = (value: number | null): number | null => (value === null ? null : Math.round(value));
