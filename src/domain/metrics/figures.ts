/** The five figures by the rule `vice`, from sums. Pure. */
import { type KnownPart, knownPart, type Period } from "./buckets.ts";
import { type Figure, type Figures, type Known, LEAD_REASONS, type Watched } from "./dora.ts";
import { errorOf, type Sample, type Sums, sampleQuantiles, sampleSize } from "./sums.ts";

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

export const nothing = (reason: string, count = 0): Figure => ({ value: null, count, reason });

export const NO_DEPLOYMENT = "no deployment is known there yet";
export const NO_SIGNAL =
  "nobody watches it: no incident, rollback, revert or hotfix was ever known there, and nothing checks it after deployments (connect what reports incidents, or vice verify)";

/**
 * A share of the deployments of services that are watched; of the others nobody knows whether they failed.
 * @param part of those that are watched; `all` and `unwatched` tell how many these are
 */
export function shareOf(part: number, all: number, unwatched: number, services: Watched | null): Figure {
  const watched = all - unwatched;
  const seen = services !== null && unwatched > 0 && services.all > 1 ? { services } : {};
  if (watched === 0) return { ...nothing(NO_SIGNAL, all), ...seen };
  const reason = services === null || unwatched === 0 ? null : sayWatched(services);
  return { value: part / watched, count: watched, reason, ...seen };
}

function sayWatched({ watched, all }: Watched): string {
  const others = all - watched;
  if (others === 0) return "deployments that name no service are left out";
  return `of ${watched} of ${all} services; ${others === 1 ? "one is" : `${others} are`} left out, because nobody watches ${others === 1 ? "it" : "them"}`;
}

/** Counted over the days of the period of which deployments are known. Before the first one nobody knows how often there was one. */
export function perDay(count: number, period: Period, { firstMs }: Known): Figure {
  const over = knownPart(period, firstMs);
  if (over === null) return nothing(NO_DEPLOYMENT);
  return { value: count / over.days, count, ...sayKnown(over) };
}

/** What a figure says of its days, where they are not all of the period. */
export const sayKnown = ({ days, isWhole }: KnownPart): Pick<Figure, "reason" | "days"> =>
  isWhole ? { reason: null } : { reason: `in ${sayDays(days)} known`, days };

const sayDays = (days: number): string => {
  const said = Number(days.toFixed(days < 10 ? 1 : 0));
  return said === 1 ? "one day" : `${said} days`;
};

export function figuresOf(sums: Sums, period: Period, known: Known): Figures {
  const { deliveries, deployed, change, failed, rework } = sums.counts;
  const { unwatched } = sums;
  return {
    deploymentFrequency: perDay(deliveries, period, known),
    changeLeadTime: leadTime(sums.leads, deployed, known),
    changeFailRate:
      change === 0
        ? nothing("no change was deployed in this period")
        : shareOf(failed - unwatched.failed, change, unwatched.change, known.services),
    failedDeploymentRecoveryTime: recovery(sums),
    reworkRate:
      deployed === 0
        ? nothing("nothing was deployed in this period")
        : shareOf(rework - unwatched.rework, deployed, unwatched.deployed, known.services),
  };
}

function times(sample: Sample): Pick<Figure, "value" | "p90" | "error"> {
  const error = errorOf(sample);
  const [half = null, most = null] = sampleQuantiles(sample, [0.5, 0.9]);
  return {
    value: seconds(half),
    p90: seconds(most),
    ...(error === undefined ? {} : { error }),
  };
}

function leadTime(leads: Sample, deployed: number, known: Known): Figure {
  const count = sampleSize(leads);
  if (count > 0) return { ...times(leads), count, reason: null };
  if (deployed === 0) return nothing("nothing was deployed in this period");
  return nothing(
    `no deployment of this period has a lead time: ${LEAD_REASONS[known.leadReason ?? "unknown"]}`,
  );
}

function recovery({ counts, unwatched, recoveries }: Sums): Figure {
  const { change, failed, open } = counts;
  const stillOpen = open === 0 ? null : `${open} still open`;
  const count = sampleSize(recoveries);
  if (count > 0) return { ...times(recoveries), count, open, reason: stillOpen };
  if (failed > 0) return { ...nothing(`${stillOpen}, none repaired yet`), open };
  const isSeen = change === 0 || change > unwatched.change;
  return { ...nothing(isSeen ? "no change failed in this period" : NO_SIGNAL), open };
}
