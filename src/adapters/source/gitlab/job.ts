/** GitLab jobs (stages of a pipeline), and the teardown of an environment that a job carries out. */
import { type Facts, isTerminal, type Step, type Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, sha, tagsOf, text, versionOfRef } from "../shaping.ts";
import { jobKey, type Project, pipelineKey, projectOf, teardownKey } from "./project.ts";
import { type BuildBody, jobSchema } from "./schema.ts";
import { secondsToMs, stepOf, tierOf } from "./steps.ts";

/** What belongs to the commit and the pipeline rather than to the job. */
export interface JobContext {
  project: Project;
  pipelineId: string | null;
  ref: unknown;
  tag: unknown;
  sha: unknown;
}

/** The job, and when it stops an environment, the teardown too; `[]` for a job without an id. */
export function jobTransitions(context: JobContext, build: BuildBody): Transition[] {
  const id = text(build.id);
  if (id === null) return [];
  const { project } = context;
  const step = stepOf(build.status);
  const object = jobKey(project, id);
  const facts = factsOf(context, build, step, id);
  const at = timeOf(build, step);
  const job: Transition = { object, step, at, facts };
  if (text(build.environment?.action) !== "stop" || facts.startedAt == null) return [job];
  const teardown: Facts = {
    ...facts,
    kind: "deployment",
    deploymentKind: "teardown",
    parentId: activityId(object),
  };
  return [job, { object: teardownKey(project, id), step, at, facts: teardown }];
}

/** A job that waits has only the time of its making; one that was skipped has none for its end. */
function timeOf(build: BuildBody, step: Step): string | null {
  if (isTerminal(step)) return toIso(build.finished_at);
  if (step === "running") return toIso(build.started_at);
  return toIso(build.created_at);
}

/** `failure_reason` and `duration` are sent for every job: they mean something only after it failed, or ran. */
function factsOf(context: JobContext, build: BuildBody, step: Step, id: string): Facts {
  const { project, pipelineId } = context;
  const { commitSha, shortSha } = sha(context.sha);
  const ref = text(context.ref);
  const startedAt = toIso(build.started_at);
  return {
    kind: "stage",
    service: project.path,
    repository: project.url,
    environment: text(build.environment?.name),
    tier: tierOf(build.environment?.deployment_tier, build.environment?.name),
    ref,
    version: context.tag === true ? ref : versionOfRef(ref),
    commitSha,
    createdAt: toIso(build.created_at),
    startedAt,
    durationMs: isTerminal(step) && startedAt !== null ? secondsToMs(build.duration) : null,
    actor: actorOf(build.user?.name, build.user?.username),
    url: project.url === null ? null : `${project.url}/-/jobs/${encodeURIComponent(id)}`,
    parentId: pipelineId === null ? null : activityId(pipelineKey(project, pipelineId)),
    error: step === "failed" ? text(build.failure_reason) : null,
    tags: tagsOf({ name: build.name, stage: build.stage, "gitlab.status": build.status, shortSha }),
  };
}

/** @returns transitions, or what the body lacks */
export function readJob(reading: Reading): Transition[] | string {
  const parsed = jobSchema.safeParse(reading.body);
  if (!parsed.success) return "a JSON object";
  const body = parsed.data;
  const project = projectOf(body, reading);
  if (project === null) return "project_id";
  if (text(body.build_id) === null) return "build_id";
  if (text(body.build_status) === null) return "build_status";
  const pipelineId = text(body.pipeline_id);
  const build: BuildBody = {
    id: body.build_id,
    stage: body.build_stage,
    name: body.build_name,
    status: body.build_status,
    created_at: body.build_created_at,
    started_at: body.build_started_at,
    finished_at: body.build_finished_at,
    duration: body.build_duration,
    failure_reason: body.build_failure_reason,
    user: body.user,
    environment: body.environment,
  };
  return jobTransitions({ project, pipelineId, ref: body.ref, tag: body.tag, sha: body.sha }, build);
}
