/** Counts the five metrics for one or several periods: by sums for the rule `vice`, from the deployments for others. */
import { daysOf, type Period } from "../../../domain/metrics/buckets.ts";
import { countsChanges } from "../../../domain/metrics/changes.ts";
import type { DoraRule, Figures, Known } from "../../../domain/metrics/dora.ts";
import { figuresOf } from "../../../domain/metrics/figures.ts";
import { RULES } from "../../../domain/metrics/rules.ts";
import { type Sums, sampleSize } from "../../../domain/metrics/sums.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Dora, DoraScope } from "../../../ports/dora.ts";

/** Other rules look at each deployment: more of them would keep everybody waiting. */
const MOST_ROWS = 50_000;

export interface Counted {
  figures: Figures;
  sums: Sums;
}

/** @param periods in order, not overlapping. @throws ViceError `input.invalid` for too many deployments */
export function countAll(
  dora: Dora,
  scope: DoraScope,
  rule: DoraRule,
  periods: readonly Period[],
  few?: number,
): Counted[] {
  const whole = wholeOf(periods);
  const { firstMs, services } = dora.known(scope, whole);
  const sums = dora.sums(scope, periods, few);
  const isAsked = sums.some(({ leads, counts }) => counts.deployed > 0 && sampleSize(leads) === 0);
  const leadReason = isAsked ? dora.leadReason(scope, whole) : null;
  // Before the first one nobody knows how often there was one: a gap, not none.
  const knownAt = ({ toMs }: Period): Known => ({
    ...{ services, leadReason },
    everDeployed: firstMs !== null && firstMs < toMs,
  });
  const figures =
    rule === "vice"
      ? sums.map((each, at) => figuresOf(each, daysOf(periods[at] ?? whole), knownAt(periods[at] ?? whole)))
      : byRule(dora, scope, rule, periods, knownAt);
  return sums.map((each, at) => ({ sums: each, figures: figures[at] ?? figuresOf(each, 1, knownAt(whole)) }));
}

export const wholeOf = (periods: readonly Period[]): Period => ({
  fromMs: Math.min(...periods.map(({ fromMs }) => fromMs)),
  toMs: Math.max(...periods.map(({ toMs }) => toMs)),
});

function byRule(
  dora: Dora,
  scope: DoraScope,
  rule: DoraRule,
  periods: readonly Period[],
  knownAt: (period: Period) => Known,
): Figures[] {
  const whole = wholeOf(periods);
  const rows = dora.rows(scope, whole, MOST_ROWS + 1, { changes: countsChanges(rule) });
  if (rows.length > MOST_ROWS)
    throw new ViceError("input.invalid", {
      message: `The rule ${rule} looks at each deployment, and these are more than ${MOST_ROWS}.`,
      hint: "Name a service or a shorter period, or take --rule vice.",
    });
  const incidents = dora.incidents(scope, whole);
  return periods.map((period) => {
    const isIn = (ms: number): boolean => ms >= period.fromMs && ms < period.toMs;
    return RULES[rule]({
      period,
      rows: rows.filter(({ atMs }) => isIn(atMs)),
      incidents: incidents.filter(({ beganMs }) => isIn(beganMs)),
      known: knownAt(period),
    });
  });
}
