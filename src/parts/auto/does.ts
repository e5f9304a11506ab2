/** What a step does, in a line. */
import type { DeploySpec } from "../../domain/pipeline/pipeline-schema.ts";
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

function doesThere(kind: "deploy" | "restart", { service, environment, version }: DeploySpec): string {
  const what = [service ?? "the service of the project", version].filter(Boolean).join(" ");
  const where = environment ?? "the first environment";
  return kind === "deploy" ? `deploys ${what} to ${where}` : `restarts ${what} in ${where}`;
}

export function doesOf(step: PlannedStep): string {
  if (step.kind === "run") return step.spec.argv.join(" ");
  if (step.kind === "wait") return `waits ${sayDuration(step.spec)}`;
  if (step.kind === "http") return `${step.spec.method} ${step.spec.url}`;
  if (step.kind === "approve")
    return `${count(step.spec.count, "person", "people")} must agree: ${step.spec.note}`;
  if (step.kind === "manual") return [step.spec.note, ...step.spec.checklist].filter(Boolean).join("; ");
  if (step.kind === "pipeline") return `${step.spec.file}: ${count(step.spec.plan.steps.length, "step")}`;
  if (step.kind === "migrate") return step.spec.argv.join(" ");
  if (step.kind === "deploy" || step.kind === "restart") return doesThere(step.kind, step.spec);
  if (step.kind === "package") return `packs ${step.spec.paths.join(", ")} to ${step.spec.to}`;
  if (step.kind === "copy") return `copies ${step.spec.from.join(", ")} to ${step.spec.to}`;
  if (step.kind === "template") return `fills ${step.spec.from} in, to ${step.spec.to}`;
  return SAID[step.kind === "target" ? step.spec.verb : step.kind] ?? step.kind;
}
