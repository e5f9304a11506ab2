/** The auto part (sloth): runs pipelines that survive a crash. */
import type { Command } from "../../kit/command.ts";
import type { Services } from "../../ports/services.ts";
import { abortRun, approveStep, cancelRun, pauseRun, resumeRun } from "./commands/ask.ts";
import { graph, listRuns, showRun, stepLog } from "./commands/look.ts";
import { runPipeline } from "./commands/run.ts";

export { createRunEngine } from "./create-engine.ts";

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
];
