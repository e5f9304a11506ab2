/** The five figures by the rule `vice`, from sums. Pure. */
import { type Figure, type Figures, type Known, LEAD_REASONS } from "./dora.ts";
import { errorOf, type Sample, type Sums, sampleQuantiles, sampleSize } from "./sums.ts";

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

export const nothing = (reason: string, count = 0): Figure => ({ value: null, count, reason });

export const NO_DEPLOYMENT = "no deployment is known there yet";
export const NO_SIGNAL =
  "nothing ever told of a failure: no incident, rollback, revert or hotfix is known (vice incident open, or connect what reports incidents)";

/** @param days length of the period */
export function figuresOf(sums: Sums, days: number, known: Known): Figures {
  const { deliveries, deployed, rework } = sums.counts;
  return {
    deploymentFrequency: known.everDeployed
      ? { value: deliveries / days, count: deliveries, reason: null }
      : nothing(NO_DEPLOYMENT),
    changeLeadTime: leadTime(sums.leads, deployed, known),
    changeFailRate: failRate(sums, known),
    failedDeploymentRecoveryTime: recovery(sums),
    reworkRate:
      deployed === 0
        ? nothing("nothing was deployed in this period")
        : !known.everFailed
          ? nothing(NO_SIGNAL, deployed)
          : { value: rework / deployed, count: deployed, reason: null },
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

function failRate({ counts }: Sums, known: Known): Figure {
  const { change, failed } = counts;
  if (change === 0) return nothing("no change was deployed in this period");
  if (!known.everFailed) return nothing(NO_SIGNAL, change);
  return { value: failed / change, count: change, reason: null };
}

function recovery({ counts, recoveries }: Sums): Figure {
  const { failed, open } = counts;
  const stillOpen = open === 0 ? null : `${open} still open`;
  const count = sampleSize(recoveries);
  if (count > 0) return { ...times(recoveries), count, open, reason: stillOpen };
  return {
    ...nothing(failed === 0 ? "no change failed in this period" : `${stillOpen}, none repaired yet`),
    open,
  };
}
