/** What a span is about, by the attributes that CI/CD plugins give it: which kind of activity, and how it ended. */
import type { DeploymentKind, Kind } from "../../../domain/activity.ts";
import { CICD, DEPLOYMENT } from "../../../domain/otlp/conventions.ts";
import type { Step } from "../../../domain/transition.ts";
import { lookUp } from "../shaping.ts";

/** Attributes of a span, and of what it was made by. */
export interface Said {
  own: ReadonlyMap<string, string>;
  resource: ReadonlyMap<string, string>;
  hasParent: boolean;
}

/** The first of these attributes that says something, of the span before its resource. */
export function first({ own, resource }: Pick<Said, "own" | "resource">, ...keys: string[]): string | null {
  for (const key of keys) {
    const found = own.get(key) || resource.get(key);
    if (found) return found;
  }
  return null;
}

/**
 * `cicd.pipeline.task.type` of the conventions. The environment of a task: `deployment.environment.name` on the span itself
 * (on the resource it says where the tool runs), and what the collector's GitLab receiver writes (`receiver/gitlabreceiver/model.go`).
 */
const KIND_OF_TASK: Readonly<Record<string, Kind>> = { build: "build", test: "check", deploy: "deployment" };

export const environmentOf = ({ own, resource }: Said): string | null =>
  own.get(DEPLOYMENT.environment) ||
  own.get("cicd.pipeline.task.run.environment.name") ||
  own.get("deployment.environment") ||
  (own.get(CICD.taskType) === "deploy" ? resource.get(DEPLOYMENT.environment) : null) ||
  null;

/** `environment:action` of a GitLab job: what only prepares, verifies or looks is no deployment. */
const NO_DEPLOYMENT: ReadonlySet<string> = new Set(["prepare", "verify", "access"]);

const isTask = ({ own }: Said): boolean =>
  [...own.keys()].some((key) => /^(cicd\.pipeline\.task\.|jenkins\.pipeline\.step\.)/.test(key));

/** Of the conventions, of Jenkins' plugin (`ci.pipeline.*`) and of the receivers, which note the run on the resource. */
const RUN = [CICD.runId, CICD.pipelineResult, "ci.pipeline.run.number", "ci.pipeline.run.result"];

export function kindOf(said: Said): Kind {
  const { own, hasParent } = said;
  const task = lookUp(KIND_OF_TASK, own.get(CICD.taskType)?.toLowerCase() ?? null);
  if (task !== undefined) return task;
  const action = own.get("gitlab.environment.action") ?? "";
  if (environmentOf(said) !== null && !NO_DEPLOYMENT.has(action)) return "deployment";
  if (isTask(said)) return "stage";
  if (own.has(CICD.pipelineResult)) return own.get(CICD.pipelineAction) === "BUILD" ? "build" : "pipeline";
  if (first(said, ...RUN) === null) return "action";
  return hasParent && !own.has("ci.pipeline.run.number") ? "stage" : "pipeline";
}

export const deploymentKindOf = ({ own }: Said): DeploymentKind | null =>
  own.get("gitlab.environment.action") === "stop" ? "teardown" : null;

/** Spans of applications at work: a collector may send everything here, and only delivery is kept. */
const TRAFFIC =
  /^(http\.(request\.)?method|url\.scheme|db\.system(\.name)?|rpc\.system(\.name)?|messaging\.system|faas\.trigger|graphql\.operation\.type)$/;

export const isTraffic = ({ own }: Said): boolean => [...own.keys()].some((key) => TRAFFIC.test(key));

const RESULT_KEYS = [
  CICD.taskResult,
  CICD.pipelineResult,
  "cicd.pipeline.run.status",
  "ci.pipeline.run.result",
  "jenkins.pipeline.step.result",
];

/** The words of the conventions, of GitLab, of GitHub and of Jenkins (`hudson.model.Result`). */
const STEP_OF: Readonly<Record<string, Step>> = {
  success: "succeeded",
  succeeded: "succeeded",
  passed: "succeeded",
  neutral: "succeeded",
  unstable: "succeeded",
  failure: "failed",
  failed: "failed",
  error: "failed",
  timeout: "failed",
  timed_out: "failed",
  startup_failure: "failed",
  cancellation: "canceled",
  canceled: "canceled",
  cancelled: "canceled",
  aborted: "canceled",
  skip: "canceled",
  skipped: "canceled",
  not_built: "canceled",
};

/** @param isError whether the status of the span is one. A span that ended without saying more went well. */
export function stepOf({ own }: Said, isError: boolean): Step {
  for (const key of RESULT_KEYS) {
    const step = lookUp(STEP_OF, own.get(key)?.toLowerCase() ?? null);
    if (step !== undefined) return step;
  }
  return isError ? "failed" : "succeeded";
}
