/** The one table of report kinds: add a line here, and `vice report <name>` is there in every door. */
import type { ReportKind } from "./kind.ts";
import { projectReport } from "./project.ts";

export const REPORT_KINDS = [projectReport] as readonly ReportKind[];

export const reportKindOf = (name: string): ReportKind | undefined =>
  REPORT_KINDS.find((kind) => kind.name === name);
