/** GitHub deployments and their statuses, from hooks and from the REST API, to transitions. */
import type { Tier } from "../../../domain/activity.ts";
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { givenByVice, type Parameters } from "../parameters.ts";
import { actorOf, sha, tagsOf, text, versionOfRef, webUrl } from "../shaping.ts";
import {
  attemptOf,
  deploymentKey,
  jobKey,
  type Repository,
  repositoryOf,
  runKey,
  shortRef,
} from "./repository.ts";
import { type DeploymentBody, deploymentEventSchema, type StatusBody, statusEventSchema } from "./schema.ts";
import { deploymentStep } from "./steps.ts";

/** `payload` is free JSON, as an object or as text: a `version` in it is what the deployer calls it. */
function versionOf(deployment: DeploymentBody, ref: string | null): string | null {
  const { payload } = deployment;
  const named = typeof payload === "object" && payload !== null ? Reflect.get(payload, "version") : null;
  return text(named) ?? versionOfRef(ref);
}

/** A deployment that vice asked for carries what it is part of. */
function givenIn({ payload }: DeploymentBody): Facts {
  if (typeof payload !== "object" || payload === null || !("VICE_RUN_ID" in payload)) return {};
  const { commitSha: _known, ...given } = givenByVice(payload as Parameters);
  return given;
}

/** `production_environment` is also `false` by default, which says nothing. */
function tierOf(deployment: DeploymentBody): Tier | null {
  if (deployment.transient_environment === true) return "ephemeral";
  return deployment.production_environment === true ? "production" : null;
}

/** What the deployment itself tells, whatever event it came with. */
function deploymentFacts(repository: Repository, deployment: DeploymentBody): Facts {
  const ref = shortRef(deployment.ref);
  const { commitSha, shortSha } = sha(deployment.sha);
  const task = text(deployment.task);
  return {
    kind: "deployment",
    service: repository.name,
    repository: repository.url,
    environment: text(deployment.environment),
    tier: tierOf(deployment),
    version: versionOf(deployment, ref),
    commitSha,
    ref,
    createdAt: toIso(deployment.created_at),
    actor: actorOf(null, deployment.creator?.login),
    tags: tagsOf({ title: deployment.description, task: task === "deploy" ? null : task, shortSha }),
  };
}

/** The page of the environment: better than nothing until a status brings the address of its log. */
function pageOf(repository: Repository, deployment: DeploymentBody): string | null {
  const environment = text(deployment.environment);
  if (repository.url === null || environment === null) return null;
  return webUrl(`${repository.url}/deployments/${encodeURIComponent(environment)}`);
}

/** The deployment was asked for. `step` is `observed` where nothing may be said about its state. */
export function requestTransition(
  repository: Repository,
  id: string,
  deployment: DeploymentBody,
  parentId: string | null = null,
  step: Step = "requested",
): Transition {
  const url = step === "requested" ? pageOf(repository, deployment) : null;
  const facts: Facts = { ...deploymentFacts(repository, deployment), parentId, url, ...givenIn(deployment) };
  return { object: deploymentKey(repository, id), step, at: facts.createdAt ?? null, facts };
}

export function statusTransition(
  repository: Repository,
  id: string,
  deployment: DeploymentBody,
  status: StatusBody,
  parentId: string | null = null,
): Transition {
  const step = deploymentStep(status.state);
  const facts = deploymentFacts(repository, deployment);
  const inactive = text(status.state)?.toLowerCase() === "inactive";
  const at = toIso(status.created_at);
  return {
    object: deploymentKey(repository, id),
    step,
    at,
    facts: {
      ...facts,
      environment: text(status.environment) ?? facts.environment ?? null,
      parentId,
      url: inactive ? null : (webUrl(status.log_url) ?? webUrl(status.target_url)),
      error: step === "failed" ? text(status.description) : null,
      tags: {
        ...facts.tags,
        ...tagsOf({
          environmentUrl: webUrl(status.environment_url),
          "github.inactiveAt": inactive ? at : null,
          "github.state": step === "observed" && !inactive ? status.state : null,
        }),
      },
      ...givenIn(deployment),
    },
  };
}

type RunRef = { id?: unknown; run_attempt?: unknown } | null | undefined;

/** The job that deploys, else its run. A check run of Actions has the id of its job (GitHub docs "Get a job", `check_run_url`). */
function parentOf(repository: Repository, run: RunRef, check?: { id?: unknown } | null): string | null {
  const runId = text(run?.id);
  if (runId === null || typeof run?.run_attempt !== "number") return null;
  const attempt = attemptOf(run.run_attempt);
  const jobId = text(check?.id);
  return activityId(jobId === null ? runKey(repository, runId, attempt) : jobKey(repository, jobId, attempt));
}

/** @returns transitions, or what the body lacks */
export function readDeployment(reading: Reading): Transition[] | string {
  const parsed = deploymentEventSchema.safeParse(reading.body);
  if (!parsed.success) return "deployment";
  const { deployment, workflow_run: run, ...body } = parsed.data;
  const repository = repositoryOf(body, reading);
  if (repository === null) return "repository.id";
  const id = text(deployment.id);
  if (id === null) return "deployment.id";
  return [requestTransition(repository, id, deployment, parentOf(repository, run))];
}

/** @returns transitions, or what the body lacks */
export function readDeploymentStatus(reading: Reading): Transition[] | string {
  const parsed = statusEventSchema.safeParse(reading.body);
  if (!parsed.success) return "deployment_status";
  const { deployment, deployment_status: status, workflow_run: run, check_run: check, ...body } = parsed.data;
  const repository = repositoryOf(body, reading);
  if (repository === null) return "repository.id";
  const id = text(deployment.id);
  if (id === null) return "deployment.id";
  if (text(status.state) === null) return "deployment_status.state";
  return [statusTransition(repository, id, deployment, status, parentOf(repository, run, check))];
}
