/** The viz part (gluttony): shows what runs where, what happened, and reports on it. Reads the log, writes nothing. */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { takesNames } from "../data/index.ts";
import { abnormal } from "./abnormal/abnormal-command.ts";
import { compare } from "./compare/compare.ts";
import { dashboardCommands } from "./dashboards/dashboard-commands.ts";
import { showActivity, showDeployment } from "./detail.ts";
import { doraMetrics, doraRows } from "./dora/index.ts";
import { experimentCommands } from "./experiment/experiment-commands.ts";
import { facets } from "./facets.ts";
import { flowCommands } from "./flow/index.ts";
import { activities, deployments } from "./history.ts";
import { localActions } from "./local-actions.ts";
import { manifest } from "./manifest/manifest.ts";
import { openPage } from "./open.ts";
import { report } from "./report.ts";
import { deploymentInfo, status } from "./status.ts";
import { linkTrace, trace, traceMap, traces, unlinkTrace } from "./trace/index.ts";
import { versions } from "./versions.ts";
import { whatChanged } from "./what-changed/what-changed.ts";
import { where } from "./where/where.ts";
import { whereComment } from "./where/where-comment.ts";

export { watchAbnormal } from "./abnormal/watch-abnormal.ts";
export { badgeFor } from "./badge.ts";
export { deliveryMetrics, valueStreamMetrics } from "./figures/delivery-metrics.ts";
export { writeDigest } from "./reports/write-digest.ts";

export const vizCommands: ReadonlyArray<Command<Services>> = (
  [
    status,
    versions,
    compare,
    deployments,
    showDeployment,
    activities,
    showActivity,
    localActions,
    trace,
    traces,
    traceMap,
    linkTrace,
    unlinkTrace,
    manifest,
    where,
    whereComment,
    whatChanged,
    report,
    doraMetrics,
    doraRows,
    deploymentInfo,
    facets,
    openPage,
    ...dashboardCommands,
    ...flowCommands,
    ...experimentCommands,
    abnormal,
  ] as ReadonlyArray<Command<Services>>
).map(takesNames);
