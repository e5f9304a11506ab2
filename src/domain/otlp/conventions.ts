/**
 * Names and words of the OpenTelemetry semantic conventions that delivery uses (open-telemetry/semantic-conventions 1.44:
 * `docs/cicd/cicd-spans.md`, `docs/registry/attributes/{cicd,vcs,deployment,error}.md`). Pure.
 */
import type { Status } from "../activity.ts";

export const CICD = {
  pipelineName: "cicd.pipeline.name",
  pipelineAction: "cicd.pipeline.action.name",
  pipelineResult: "cicd.pipeline.result",
  runId: "cicd.pipeline.run.id",
  runUrl: "cicd.pipeline.run.url.full",
  taskName: "cicd.pipeline.task.name",
  taskType: "cicd.pipeline.task.type",
  taskRunId: "cicd.pipeline.task.run.id",
  taskRunUrl: "cicd.pipeline.task.run.url.full",
  taskResult: "cicd.pipeline.task.run.result",
} as const;

export const VCS = {
  repositoryUrl: "vcs.repository.url.full",
  repositoryName: "vcs.repository.name",
  owner: "vcs.owner.name",
  provider: "vcs.provider.name",
  headName: "vcs.ref.head.name",
  headType: "vcs.ref.head.type",
  headRevision: "vcs.ref.head.revision",
  changeId: "vcs.change.id",
  changeTitle: "vcs.change.title",
  changeState: "vcs.change.state",
} as const;

/** `deployment.environment.name` is stable; the others are in development. */
export const DEPLOYMENT = {
  environment: "deployment.environment.name",
  id: "deployment.id",
  name: "deployment.name",
  status: "deployment.status",
} as const;

/** The one value that fits every failure without knowing its class (registry, `error.type`). */
export const ERROR_TYPE = { key: "error.type", other: "_OTHER" } as const;

/** `cicd.pipeline.result` and `cicd.pipeline.task.run.result` by how an activity ended. */
export const RESULT_OF: Readonly<Partial<Record<Status, string>>> = {
  succeeded: "success",
  failed: "failure",
  canceled: "cancellation",
};

/** What spans of vice are told under, so that they are known again. */
export const SCOPE = "vice";
