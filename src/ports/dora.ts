/** The facet of the store that answers for delivery metrics: sums of days, and the deployments behind them. */
import type { Tier } from "../domain/activity.ts";
import type { Period } from "../domain/metrics/buckets.ts";
import type { Detected } from "../domain/metrics/detect.ts";
import type { DoraRow, LeadReason, Watched } from "../domain/metrics/dora.ts";
import type { Sums } from "../domain/metrics/sums.ts";

/** Which deployments count. With an environment the tier is that of the environment. */
export interface DoraScope {
  service?: string | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: Tier | undefined;
}

export interface DoraIncident {
  id: string;
  service: string;
  beganMs: number;
  endedMs: number | null;
}

export interface Dora {
  /**
   * Sums by the rule `vice`, one for each period, which must not overlap. Exact where there are few deployments; of many,
   * percentiles come from histograms (see `HISTOGRAM_ERROR`) and the counts are exact all the same.
   * @param few up to so many ended deployments everything is exact; 2,000 without it
   */
  sums(scope: DoraScope, periods: readonly Period[], few?: number): Sums[];
  /**
   * Deployments of a period, oldest first.
   * @param look with `changes` also the merged changes that each brought first to its place; else they are `null`
   */
  rows(scope: DoraScope, period: Period, limit: number, look?: { changes?: boolean }): DoraRow[];
  /** The same, a few at a time, so that whoever asks can let others go on in between. */
  rowsInSlices(
    scope: DoraScope,
    period: Period,
    limit: number,
    look?: { changes?: boolean },
  ): Iterable<readonly DoraRow[]>;
  /** Incidents of these services that began in the period, oldest first. */
  incidents(scope: DoraScope, period: Period): DoraIncident[];
  /** Incidents that are linked to a deployment of the period, with its end; in no order. */
  detected(scope: DoraScope, period: Period): Detected[];
  /** The deployment that an incident is linked to, by ids; `null` = none. */
  linkedTo(incident: string): string | null;
  /**
   * `firstMs`: the day of the first deployment ever known in the scope; `null` = none. `services`: those that deployed in the
   * period, and how many of them are watched; `null` = all services of the scope are.
   */
  known(scope: DoraScope, period: Period): { firstMs: number | null; services: Watched | null };
  /** Why most deployments of the period have no lead time; looks at them, so only where it is to be said. */
  leadReason(scope: DoraScope, period: Period): LeadReason | null;
  /** Services that deployed in the period, by name. */
  services(scope: DoraScope, period: Period): string[];
  /** Whether activities are still being counted (after a rebuild, or the first start of a new version). */
  isBehind(): boolean;
}
