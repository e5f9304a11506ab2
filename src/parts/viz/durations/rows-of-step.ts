/** The rows behind the durations of one step, and the exact figures from them. */
import type { Activity } from "../../../domain/activity.ts";
import { type Step, stepOf } from "../../../domain/durations/step.ts";
import { quantile } from "../../../domain/quantile.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import type { Services } from "../../../ports/services.ts";
import { pagesOf } from "../in-slices.ts";

/** Rows that are looked at; more are said to be a sample of the newest. */
const MOST_LOOKED = 50_000;

export interface StepRow {
  activity: Activity;
  step: Step;
}

/** Ended steps of a span, newest first. */
export async function readSteps(
  services: Pick<Services, "store">,
  filter: ActivityFilter,
  wanted: (step: Step) => boolean,
  nowMs: number,
  most = Number.POSITIVE_INFINITY,
): Promise<{ rows: StepRow[]; sampled: boolean }> {
  const rows: StepRow[] = [];
  let looked = 0;
  let isWhole = false;
  for await (const { items, isLast } of pagesOf(services, filter, nowMs)) {
    for (const activity of items) {
      const step = activity.primaryId === null ? stepOf(activity) : null;
      if (step !== null && wanted(step)) rows.push({ activity, step });
    }
    looked += items.length;
    isWhole = isLast;
    if (looked >= MOST_LOOKED || rows.length >= most) break;
  }
  return { rows: rows.slice(0, most), sampled: !isWhole || rows.length > most };
}

/** From the rows themselves: linear between neighbours, without the error of buckets. */
export function exactOf(rows: readonly StepRow[]): Record<"p50" | "p75" | "p95" | "p99", number | null> {
  const known = rows.map(({ step }) => step.ms).filter((ms) => ms !== null);
  return {
    p50: quantile(known, 0.5),
    p75: quantile(known, 0.75),
    p95: quantile(known, 0.95),
    p99: quantile(known, 0.99),
  };
}
