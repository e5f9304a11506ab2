/** What a step does, in a line. */
import type { PlannedStep } from "../../domain/pipeline/plan.ts";
import { count } from "../../kit/count.ts";
import { sayDuration } from "../../kit/duration.ts";

export function doesOf(step: PlannedStep): string {
  if (step.kind === "run") return step.spec.argv.join(" ");
  if (step.kind === "wait") return `waits ${sayDuration(step.spec)}`;
  if (step.kind === "http") return `${step.spec.method} ${step.spec.url}`;
  if (step.kind === "approve")
    return `${count(step.spec.count, "person", "people")} must agree: ${step.spec.note}`;
  if (step.kind === "manual") return [step.spec.note, ...step.spec.checklist].filter(Boolean).join("; ");
  if (step.kind === "pipeline") return `${step.spec.file}: ${count(step.spec.plan.steps.length, "step")}`;
  return step.kind;
}
