/**
 * The data part (greed): takes in what every tool reports, keeps it in one append-only log, and answers from it. Its
 * rooms: `intake/` (deliveries, spool, poll), `log/` (group commit, audit), `names/`, `query/`, `backup/`, `access/`.
 */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { tokenCommands } from "./access/tokens.ts";
import { backupCommands } from "./backup/index.ts";
import { correctionCommands } from "./corrections/index.ts";
import { doctor } from "./doctor/doctor.ts";
import { importCommand } from "./intake/poll/import-command.ts";
import { auditCommands } from "./log/audit.ts";
import { nameCommands } from "./names/index.ts";
import { queryCommands } from "./query/query-command.ts";
import { reprocessCommands } from "./reprocess/index.ts";
import { retentionCommands } from "./retention/index.ts";
import { connectSource } from "./sources/connect.ts";
import { listDeliveries, showDelivery } from "./sources/deliveries.ts";
import { listSources } from "./sources/list.ts";
import { testSource } from "./sources/send-test.ts";

export { nameOfActor } from "./access/name-of-actor.ts";
export { isSchedule } from "./backup/next-run.ts";
export { createEnrichment } from "./intake/enrich.ts";
export { createIntake } from "./intake/intake.ts";
export { createPollWorker } from "./intake/poll/poll-worker.ts";
export { type Drained, drainSpool, spoolBytes } from "./intake/spool-files.ts";
export { isSpoolLine } from "./intake/spool-records.ts";
export { recordsIn, type WaitingFor, waitingFor } from "./intake/spool-targets.ts";
export { createLogWriter } from "./log/log-writer.ts";
export { type SaidNames, saidNames } from "./names/said-names.ts";
export { mapCommand } from "./reprocess/index.ts";
export { runsForgottenBefore } from "./retention/forget-runs.ts";
export { startSchedules } from "./schedules.ts";

export const dataCommands = [
  listSources,
  connectSource,
  testSource,
  ...nameCommands,
  ...correctionCommands,
  ...queryCommands,
  ...auditCommands,
  ...backupCommands,
  ...retentionCommands,
  importCommand,
  ...reprocessCommands,
  listDeliveries,
  showDelivery,
  ...tokenCommands,
  doctor,
] as ReadonlyArray<Command<Services>>;
export { recordEvents, saidEvent } from "./log/record-events.ts";
