/** How a deployment stands, read from the state of its run. Pure. */
import type { PlannedStep } from "../pipeline/plan.ts";
import { isEnded, type RunState, type StepState, stepOf } from "../pipeline/run-state.ts";

export const OUTCOMES = [
  "waiting",
  "running",
  "succeeded",
  "rolled-back",
  "rollback-failed",
  "failed",
  "refused",
  "canceled",
  "aborted",
] as const;
/**
 * `failed`: what ran before was not put back, or nothing was changed yet (`changed` says which).
 * `aborted`: stopped where it was, nothing was put back.
 */
export type DeploymentOutcome = (typeof OUTCOMES)[number];

/** CONTRACT section 4. */
export const EXIT_OF: Readonly<Record<DeploymentOutcome, number>> = {
  ...{ succeeded: 0, "rolled-back": 20, "rollback-failed": 22, failed: 22, refused: 23, aborted: 22 },
  ...{ canceled: 130, waiting: 0, running: 0 },
};

export interface DeploymentEnd {
  outcome: DeploymentOutcome;
  /** Why, in the words of the step that decided it. */
  reason: string | null;
  /** Whether the target may have been changed by it and not been put back. */
  changed: boolean;
}

export function outcomeOf(state: RunState): DeploymentEnd {
  const { head, plan } = state;
  const at = (key: string) => stepOf(state, key);
  // Without anybody's word a step is canceled where it was carried out: a build that was stopped in its own tool.
  const isWrong = ({ status, attempt }: StepState): boolean =>
    status === "failed" ||
    status === "unknown" ||
    (status === "canceled" && attempt > 0 && head.asked === null);
  const wrong = plan.steps.find((step) => !isRepair(step) && isWrong(at(step.key)));
  const reason =
    wrong === undefined
      ? (head.asked?.reason ?? null)
      : `${wrong.key}: ${at(wrong.key).error ?? at(wrong.key).status}`;
  const touched = ["switch", "start", "stop", "rollback"].some(
    (key) => plan.steps.some((step) => step.key === key && step.if === null) && at(key).attempt > 0,
  );
  if (!isEnded(head))
    return { outcome: at("gate").status === "succeeded" ? "running" : "waiting", reason, changed: touched };
  if (head.status === "succeeded" || isThere(state))
    return { outcome: "succeeded", reason: null, changed: true };
  if (at("gate").status === "failed") return { outcome: "refused", reason: at("gate").error, changed: false };
  const repairs = plan.steps.filter(isRepair).map(({ key }) => at(key));
  const broken = repairs.find(({ status }) => status === "failed" || status === "unknown");
  if (broken !== undefined) {
    const why = `${reason ?? head.status}; going back failed: ${broken.error ?? "nobody knows why"}`;
    return { outcome: "rollback-failed", reason: why, changed: true };
  }
  if (head.status === "aborted") return { outcome: "aborted", reason, changed: touched };
  const isBack = repairs.some(({ status }) => status === "succeeded");
  if (head.status === "canceled") return { outcome: "canceled", reason, changed: touched && !isBack };
  return isBack
    ? { outcome: "rolled-back", reason, changed: false }
    : { outcome: "failed", reason, changed: touched };
}

/** All that brings it there was done: what is stopped or fails after that only clears away, and takes nothing back. */
const isThere = (state: RunState): boolean => {
  const decisive = state.plan.steps.filter(
    (step) => !isRepair(step) && step.kind !== "free" && !(step.kind === "target" && step.spec.soft),
  );
  return decisive.length > 0 && decisive.every(({ key }) => stepOf(state, key).status === "succeeded");
};

/** Steps that put back what was; in a rollback that was asked for, the step of that name has no condition. */
const isRepair = ({ key, if: condition }: Pick<PlannedStep, "key" | "if">): boolean =>
  condition !== null && (key === "undo" || key === "rollback");
