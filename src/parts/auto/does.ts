/** What a step does, in a line. */
import type { PlannedStep } from "../../domain/pipeline/plan.ts";
import { count } from "../../kit/count.ts";
import { sayDuration } from "../../kit/duration.ts";

/** Of kinds and of verbs of a target. */
const SAID: Readonly<Record<string, string>> = {
  gate: "asks whether it may be deployed now, and takes the lock",
  prepare: "brings the release to the target",
  start: "starts the release beside what runs",
  health: "waits until the release is healthy",
  switch: "gives the release the traffic",
  verify: "checks what is deployed",
  stop: "stops it",
  rollback: "puts back what ran before",
  cleanup: "takes away what nobody needs any more",
  free: "frees the lock",
};

export function doesOf(step: PlannedStep): string {
  if (step.kind === "run") return step.spec.argv.join(" ");
  if (step.kind === "wait") return `waits ${sayDuration(step.spec)}`;
  if (step.kind === "http") return `${step.spec.method} ${step.spec.url}`;
  if (step.kind === "approve")
    return `${count(step.spec.count, "person", "people")} must agree: ${step.spec.note}`;
  if (step.kind === "manual") return [step.spec.note, ...step.spec.checklist].filter(Boolean).join("; ");
  if (step.kind === "pipeline") return `${step.spec.file}: ${count(step.spec.plan.steps.length, "step")}`;
  if (step.kind === "migrate") return step.spec.argv.join(" ");
  return SAID[step.kind === "target" ? step.spec.verb : step.kind] ?? step.kind;
}
