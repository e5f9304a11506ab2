/** Counts the five metrics for one or several periods: by sums for the rule `vice`, from the deployments for others. */
import type { Period } from "../../../domain/metrics/buckets.ts";
import type { DoraRule, Figures, Known } from "../../../domain/metrics/dora.ts";
import { figuresOf } from "../../../domain/metrics/figures.ts";
import { RULES } from "../../../domain/metrics/rules.ts";
import { type Sums, sampleSize } from "../../../domain/metrics/sums.ts";
import type { Dora, DoraScope } from "../../../ports/dora.ts";
import type { Material } from "./read-rows.ts";

export interface Counted {
  figures: Figures;
  sums: Sums;
}

/** By the rule `vice`. @param periods in order, not overlapping. @param few see `Dora.sums` */
export function countAll(dora: Dora, scope: DoraScope, periods: readonly Period[], few?: number): Counted[] {
  const { sums, known } = knownOf(dora, scope, periods, few);
  return sums.map((each, at) => {
    const period = periods[at] ?? wholeOf(periods);
    return { sums: each, figures: figuresOf(each, period, known) };
  });
}

/** By any rule. @param material what the rule looks at; `null` = the sums are enough */
export function countBy(
  dora: Dora,
  scope: DoraScope,
  { rule, material, few }: { rule: DoraRule; material: Material | null; few?: number },
  periods: readonly Period[],
): Counted[] {
  if (material === null) return countAll(dora, scope, periods, few);
  const { sums, known } = knownOf(dora, scope, periods, few);
  return sums.map((each, at) => {
    const period = periods[at] ?? wholeOf(periods);
    const isIn = (ms: number): boolean => ms >= period.fromMs && ms < period.toMs;
    const figures = RULES[rule]({
      period,
      rows: material.rows.filter(({ atMs }) => isIn(atMs)),
      incidents: material.incidents.filter(({ beganMs }) => isIn(beganMs)),
      known,
    });
    return { sums: each, figures };
  });
}

function knownOf(
  dora: Dora,
  scope: DoraScope,
  periods: readonly Period[],
  few: number | undefined,
): { sums: Sums[]; known: Known } {
  const whole = wholeOf(periods);
  const { firstMs, services } = dora.known(scope, whole);
  const sums = dora.sums(scope, periods, few);
  const isAsked = sums.some(({ leads, counts }) => counts.deployed > 0 && sampleSize(leads) === 0);
  const leadReason = isAsked ? dora.leadReason(scope, whole) : null;
  return { sums, known: { firstMs, services, leadReason } };
}

export const wholeOf = (periods: readonly Period[]): Period => ({
  fromMs: Math.min(...periods.map(({ fromMs }) => fromMs)),
  toMs: Math.max(...periods.map(({ toMs }) => toMs)),
});
