/** The metrics that a panel may name, with what they mean and how they are written. */
import type { Unit } from "../chart/chart.ts";

export const METRIC_NAMES = [
  "deployments",
  "deployments.failed",
  "deployments.success",
  "duration.p50",
  "duration.p95",
  "duration.p99",
  "changes",
  "changes.p50",
  "changes.p95",
  "incidents",
  "dora.deploymentFrequency",
  "dora.changeLeadTime",
  "dora.changeFailRate",
  "dora.failedDeploymentRecoveryTime",
  "dora.reworkRate",
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/** DORA speaks in seconds; pictures in milliseconds. */
export const METRIC_UNITS: Readonly<Record<MetricName, Unit>> = {
  deployments: "count",
  "deployments.failed": "count",
  "deployments.success": "ratio",
  "duration.p50": "ms",
  "duration.p95": "ms",
  "duration.p99": "ms",
  changes: "count",
  "changes.p50": "ms",
  "changes.p95": "ms",
  incidents: "count",
  "dora.deploymentFrequency": "a day",
  "dora.changeLeadTime": "ms",
  "dora.changeFailRate": "ratio",
  "dora.failedDeploymentRecoveryTime": "ms",
  "dora.reworkRate": "ratio",
};
