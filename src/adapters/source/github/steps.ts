/** What GitHub's words for states mean here: deployment statuses, and status with conclusion of runs and jobs. */
import type { Step } from "../../../domain/transition.ts";
import { text } from "../shaping.ts";

/** GitHub docs "REST API endpoints for deployment statuses". `inactive` = another one took its place: never a finish. */
const DEPLOYMENT_STEP: Readonly<Record<string, Step>> = {
  pending: "requested",
  queued: "queued",
  waiting: "waiting",
  in_progress: "running",
  success: "succeeded",
  failure: "failed",
  error: "failed",
  inactive: "observed",
};

/** GitHub docs "REST API endpoints for workflow runs", `status`. */
const RUN_STEP: Readonly<Record<string, Step>> = {
  requested: "queued",
  queued: "queued",
  pending: "queued",
  waiting: "waiting",
  in_progress: "running",
};

/** The same, `conclusion`. `action_required` waits for somebody to approve the run. */
const CONCLUSION_STEP: Readonly<Record<string, Step>> = {
  success: "succeeded",
  neutral: "succeeded",
  failure: "failed",
  timed_out: "failed",
  startup_failure: "failed",
  cancelled: "canceled",
  skipped: "canceled",
  stale: "canceled",
  action_required: "waiting",
};

function look(table: Readonly<Record<string, Step>>, value: unknown): Step {
  const word = text(value)?.toLowerCase() ?? "";
  return (Object.hasOwn(table, word) ? table[word] : null) ?? "observed";
}

/** @returns the step of a deployment status; `observed` for a word that we do not know */
export const deploymentStep = (state: unknown): Step => look(DEPLOYMENT_STEP, state);

/** @returns the step of a run or job; the action of the event and the status may disagree, so only these two count */
export const runStep = (status: unknown, conclusion: unknown): Step =>
  text(status)?.toLowerCase() === "completed" ? look(CONCLUSION_STEP, conclusion) : look(RUN_STEP, status);

/** What a failed run or job says beyond that it failed: `timed_out`, `startup_failure`. */
export function errorOf(step: Step, conclusion: unknown): string | null {
  const word = text(conclusion);
  return step === "failed" && word !== "failure" ? word : null;
}
