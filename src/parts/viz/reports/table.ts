/** The one table of report kinds: add a line here, and `vice report <name>` is there in every door. */
import { candidatesReport } from "./candidates.ts";
import { DELIVERY_KINDS } from "./delivery-kinds.ts";
import { differencesReport } from "./differences.ts";
import { doraReport } from "./dora.ts";
import { durationsReport } from "./durations.ts";
import { effectsReport } from "./effects.ts";
import { impactReport } from "./impact.ts";
import type { ReportKind } from "./kind.ts";
import { projectReport } from "./project.ts";
import { stepsReport } from "./steps.ts";
import { testsReport } from "./tests.ts";

export const REPORT_KINDS = [
  projectReport,
  ...DELIVERY_KINDS,
  doraReport,
  durationsReport,
  stepsReport,
  candidatesReport,
  differencesReport,
  impactReport,
  effectsReport,
  testsReport,
] as readonly ReportKind[];

export const reportKindOf = (name: string): ReportKind | undefined =>
  REPORT_KINDS.find((kind) => kind.name === name);
