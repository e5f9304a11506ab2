/**
 * The data part (greed): takes in what every tool reports, keeps it in one append-only log, and answers from it. Its
 * rooms: `intake/` (deliveries, spool, poll), `log/` (group commit, audit), `names/`, `query/`, `backup/`, `access/`.
 */
export { nameOfActor } from "./access/name-of-actor.ts";
export { isSchedule } from "./backup/next-run.ts";
export { dataCommands } from "./commands.ts";
export { addCommits, MOST_ASKED, unknownCommits } from "./commits/commit-commands.ts";
export { type Brought, bringCommits, bringLines, type WantedCommits } from "./commits/index.ts";
export { type ExporterView, exporterViews, startExports } from "./export/index.ts";
export { createEnrichment } from "./intake/enrich.ts";
export { createIntake } from "./intake/intake.ts";
export { createPollWorker } from "./intake/poll/poll-worker.ts";
export { type Drained, drainSpool, spoolBytes } from "./intake/spool-files.ts";
export { isSpoolLine } from "./intake/spool-records.ts";
export { recordsIn, type WaitingFor, waitingFor } from "./intake/spool-targets.ts";
export { createLogWriter } from "./log/log-writer.ts";
export { recordEvents, saidEvent } from "./log/record-events.ts";
export { knownEnvironment, nearEnvironments } from "./names/meant-environment.ts";
export { isService, knownService, knownServices, meantService } from "./names/meant-service.ts";
export { type SaidNames, saidNames } from "./names/said-names.ts";
export { takesNames } from "./names/takes-names.ts";
export { findQuery } from "./query/find-saved.ts";
export { runQuery } from "./query/run-query.ts";
export { mapCommand } from "./reprocess/index.ts";
export { runsForgottenBefore } from "./retention/forget-runs.ts";
export { startSchedules } from "./schedules.ts";
