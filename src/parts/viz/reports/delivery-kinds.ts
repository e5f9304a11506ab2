/** Kinds of reports on delivery as a whole: panels, overview, one service, drift, incidents, the week, reviews, batches. */
import { batchesReport } from "./batches.ts";
import { dashboardReport } from "./dashboard.ts";
import { digestReport } from "./digest.ts";
import { driftReport } from "./drift.ts";
import { incidentReport } from "./incident.ts";
import type { ReportKind } from "./kind.ts";
import { overviewReport, serviceReport } from "./overview.ts";
import { prReport } from "./pr.ts";
import { valuestreamReport } from "./valuestream.ts";

export const DELIVERY_KINDS = [
  overviewReport,
  serviceReport,
  valuestreamReport,
  driftReport,
  batchesReport,
  prReport,
  digestReport,
  incidentReport,
  dashboardReport,
] as readonly ReportKind[];
