/** Kinds of reports on delivery as a whole: panels, overview, one service, drift, incidents, the week, reviews, batches. */
import type { ReportKind } from "./kind.ts";
import { prReport } from "./pr.ts";
import { valuestreamReport } from "./valuestream.ts";

export const DELIVERY_KINDS = [valuestreamReport, prReport] as readonly ReportKind[];
