/** The auto part (sloth): runs pipelines that survive a crash. */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { abortRun, approveStep, cancelRun, pauseRun, resumeRun } from "./commands/ask.ts";
import { graph, listRuns, showRun, stepLog } from "./commands/look.ts";
import { runPipeline } from "./commands/run.ts";
import { listSchedules, pauseSchedule, resumeSchedule } from "./commands/schedule.ts";
import { settleStep } from "./commands/settle.ts";

export { createRunEngine } from "./create-engine.ts";
export {
  type EndOfRun,
  type Executors,
  failed,
  type Outcome,
  type Recovered,
  type StepContext,
  type StepExecutor,
  type StepFrame,
  succeeded,
} from "./executor.ts";
export { followRun } from "./follow-run.ts";
export { type RunView, runView, sayRun, viewOf } from "./say-run.ts";
export { startScheduler } from "./schedule/scheduler.ts";
export { type ChildRuns, childRun } from "./steps/pipeline-step.ts";

export const autoCommands: ReadonlyArray<Command<Services>> = [
  runPipeline,
  graph,
  listRuns,
  showRun,
  stepLog,
  approveStep,
  pauseRun,
  resumeRun,
  cancelRun,
  abortRun,
  settleStep,
  listSchedules,
  pauseSchedule,
  resumeSchedule,
];
