/** The five metrics by the published definitions of other systems, so that numbers can be compared with theirs. Pure. */
import { quantile } from "../quantile.ts";
import { bucketsOf, DAY_MS, knownPart, type Period } from "./buckets.ts";
import { changeTimes } from "./changes.ts";
import { byDatadog } from "./datadog.ts";
import type { DoraRow, DoraRule, Figure, Figures, Known } from "./dora.ts";
import { figuresOf, NO_DEPLOYMENT, nothing, perDay, sayKnown, shareOf } from "./figures.ts";
import { BITS } from "./outcome.ts";
import { addRow, leadTimesOf, noSums } from "./sums.ts";

/** What a rule is given: the deployments of a period, and incidents of the same services that began in it. */
export interface Material {
  period: Period;
  rows: readonly DoraRow[];
  incidents: ReadonlyArray<{ beganMs: number; endedMs: number | null }>;
  known: Known;
}
type Rule = (material: Material) => Figures;

const NO_REWORK = nothing("this rule knows no rework rate");
const NO_CHANGES =
  "this rule counts merged changes, and none is known to belong to a deployment of this period";

/** The middle one, or the lower of the two in the middle (`max(x) where percent_rank <= 0.5`). */
export function lowerMedian(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}

const succeeded = ({ bits }: DoraRow): boolean => (bits & BITS.succeeded) !== 0;

function timesBy(values: readonly number[], middle: number | null, reason: string): Figure {
  return middle === null ? nothing(reason) : { value: middle / 1000, count: values.length, reason: null };
}

const daysWithDeployments = (rows: readonly DoraRow[], { fromMs, toMs }: Period): number =>
  new Set(
    rows.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ atMs }) => Math.floor(atMs / DAY_MS)),
  ).size;

type Middle = (values: readonly number[]) => number | null;

/** Days with a deployment of the middle week, by day; weeks before the first deployment known are no weeks without one. */
function daysOfWeeks(
  rows: readonly DoraRow[],
  { period, known }: Material,
  [middle, name]: readonly [Middle, string],
): Figure {
  const over = knownPart(period, known.firstMs);
  if (over === null) return nothing(NO_DEPLOYMENT);
  const weeks = bucketsOf(over, "week", "UTC").map((week) => daysWithDeployments(rows, week));
  const perWeek = middle(weeks);
  if (perWeek === null) return nothing(NO_DEPLOYMENT);
  const { reason, ...days } = sayKnown(over);
  const how = `days with a deployment, the ${name} of the weeks`;
  return {
    value: perWeek / 7,
    count: rows.length,
    reason: reason === null ? how : `${reason}; ${how}`,
    ...days,
  };
}

/** Apache DevLake, grafana/dashboards/DORA.json (2023 benchmark). */
const devlake: Rule = (material) => {
  const { rows, known } = material;
  const ran = rows.filter(succeeded);
  const hurt = seen(ran).filter(({ incidents }) => incidents.length > 0);
  const recoveries = ran.flatMap(({ atMs, incidents }) =>
    incidents.flatMap(({ endedMs }) => (endedMs === null ? [] : [endedMs - atMs])),
  );
  const cycles = changeTimes("devlake", ran).map(({ ms }) => ms);
  return {
    deploymentFrequency: daysOfWeeks(ran, material, [lowerMedian, "lower median"]),
    changeLeadTime: timesBy(cycles, lowerMedian(cycles), NO_CHANGES),
    changeFailRate: ratio(hurt.length, ran, known),
    failedDeploymentRecoveryTime: timesBy(
      recoveries,
      lowerMedian(recoveries),
      "no incident of this period has ended",
    ),
    reworkRate: NO_REWORK,
  };
};

/** Deployments that name no service may have failed, and are of none that is watched. */
const seen = (rows: readonly DoraRow[]): DoraRow[] => rows.filter(({ isWatched }) => isWatched);

/** @param part of those that are watched */
function ratio(part: number, ran: readonly DoraRow[], { services }: Known): Figure {
  if (ran.length === 0) return nothing("nothing was deployed in this period");
  return shareOf(part, ran.length, ran.length - seen(ran).length, services);
}

/** GitLab, doc/user/analytics/dora_metrics.md: counts incidents, so that it can be more than all. */
const gitlab: Rule = ({ period, rows, incidents, known }) => {
  const ran = rows.filter(succeeded);
  const merged = changeTimes("gitlab", ran).map(({ ms }) => ms);
  const restored = incidents.flatMap(({ beganMs, endedMs }) => (endedMs === null ? [] : [endedMs - beganMs]));
  return {
    deploymentFrequency: perDay(ran.length, period, known),
    changeLeadTime: timesBy(merged, quantile(merged, 0.5), NO_CHANGES),
    changeFailRate: ratio(incidents.length, ran, known),
    failedDeploymentRecoveryTime: timesBy(
      restored,
      quantile(restored, 0.5),
      "no incident of this period has ended",
    ),
    reworkRate: NO_REWORK,
  };
};

/** dora-team/fourkeys METRICS.md: days with deployments in the middle week; automated pushes (no time at all) are left out. */
const fourkeys: Rule = (material) => {
  const { rows, known } = material;
  const ran = rows.filter(succeeded);
  const leads = ran.flatMap(leadTimesOf).filter((ms) => ms > 0);
  const linked = ran.flatMap(({ atMs, incidents }) => incidents.map((each) => ({ ...each, atMs })));
  const restored = linked.flatMap(({ beganMs, endedMs, atMs }) =>
    endedMs === null ? [] : [endedMs - Math.min(beganMs, atMs)],
  );
  return {
    deploymentFrequency: daysOfWeeks(ran, material, [(weeks) => quantile(weeks, 0.5), "median"]),
    changeLeadTime: timesBy(leads, quantile(leads, 0.5), "no commit of this period has a lead time"),
    changeFailRate: ratio(seen(ran).flatMap(({ incidents }) => incidents).length, ran, known),
    failedDeploymentRecoveryTime: timesBy(
      restored,
      quantile(restored, 0.5),
      "no incident of this period has ended",
    ),
    reworkRate: NO_REWORK,
  };
};

const vice: Rule = ({ period, rows, known }) => {
  const sums = noSums();
  for (const row of rows) addRow(sums, row);
  return figuresOf(sums, period, known);
};

const datadog: Rule = (material) => {
  const { failures, recoveries, leads } = byDatadog(material.rows);
  const ran = material.rows.filter(succeeded);
  return {
    deploymentFrequency: perDay(ran.length, material.period, material.known),
    changeLeadTime: timesBy(leads, quantile(leads, 0.5), "no commit of this period has a lead time"),
    changeFailRate: ratio(seen(ran).filter(({ id }) => failures.has(id)).length, ran, material.known),
    failedDeploymentRecoveryTime: timesBy(
      recoveries,
      quantile(recoveries, 0.5),
      "no change failed in this period",
    ),
    reworkRate: NO_REWORK,
  };
};

export const RULES: Record<DoraRule, Rule> = { vice, datadog, devlake, gitlab, fourkeys };
