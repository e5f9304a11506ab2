/** GitHub Actions jobs to transitions of a stage; a job with an environment also names its deployment. */

import type { z } from "zod";
import { type Facts, isTerminal, type Step, type Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, sha, tagsOf, text, versionOfRef, webUrl } from "../shaping.ts";
import { requestTransition } from "./deployment.ts";
import { attemptOf, jobKey, type Repository, repositoryOf, runKey } from "./repository.ts";
import { jobEventSchema, jobSchema } from "./schema.ts";
import { errorOf, runStep } from "./steps.ts";

type JobEvent = z.infer<typeof jobEventSchema>;
type Job = z.infer<typeof jobSchema>;

function timeOf(job: Job, step: Step): string | null {
  if (isTerminal(step)) return toIso(job.completed_at);
  return toIso(step === "running" ? job.started_at : job.created_at);
}

/** A queued job has its queue time as `started_at`, and one canceled in the queue a start after its end: none is a start. */
function startOf(job: Job, step: Step): string | null {
  const startedAt = toIso(job.started_at);
  const completedAt = toIso(job.completed_at);
  if (step === "running") return startedAt;
  if (!isTerminal(step) || text(job.conclusion) === "skipped" || startedAt === null) return null;
  return completedAt !== null && startedAt > completedAt ? null : startedAt;
}

function factsOf(
  repository: Repository,
  job: Job,
  { deployment, sender }: Partial<JobEvent>,
  step: Step,
): Facts {
  const { commitSha, shortSha } = sha(job.head_sha);
  const ref = text(job.head_branch);
  const runId = text(job.run_id);
  const run = runId === null ? null : runKey(repository, runId, attemptOf(job.run_attempt));
  return {
    kind: "stage",
    service: repository.name,
    repository: repository.url,
    environment: text(deployment?.environment),
    version: versionOfRef(ref),
    commitSha,
    ref,
    createdAt: toIso(job.created_at),
    startedAt: startOf(job, step),
    actor: actorOf(null, sender?.login),
    url: webUrl(job.html_url),
    parentId: run === null ? null : activityId(run),
    error: errorOf(step, job.conclusion),
    tags: tagsOf({
      name: job.name,
      workflow: job.workflow_name,
      runner: job.runner_name,
      "github.conclusion": job.conclusion,
      shortSha,
    }),
  };
}

/** The state that the job is in; `null` for one without an id. */
function jobTransition(repository: Repository, job: Job, event: Partial<JobEvent> = {}): Transition | null {
  const id = text(job.id);
  if (id === null) return null;
  const step = runStep(job.status, job.conclusion);
  const object = jobKey(repository, id, attemptOf(job.run_attempt));
  return { object, step, at: timeOf(job, step), facts: factsOf(repository, job, event, step) };
}

/** The states that a job of the REST API must have gone through, as its hooks would have told them. */
export function jobHistory(repository: Repository, row: unknown): Transition[] {
  const job = jobSchema.safeParse(row).data;
  const now = job === undefined ? null : jobTransition(repository, job);
  if (job === undefined || now === null || text(job.status) === null) return [];
  const began = startOf(job, now.step) !== null;
  const queued = { ...job, status: "queued", conclusion: null };
  const running = { ...job, status: "in_progress", conclusion: null };
  const former = [...(began ? [queued] : []), ...(began && isTerminal(now.step) ? [running] : [])];
  return [...former.flatMap((one) => jobTransition(repository, one) ?? []), now];
}

/** @returns transitions, or what the body lacks */
export function readWorkflowJob(reading: Reading): Transition[] | string {
  const parsed = jobEventSchema.safeParse(reading.body);
  if (!parsed.success) return "workflow_job";
  const { workflow_job: job, deployment } = parsed.data;
  const repository = repositoryOf(parsed.data, reading);
  if (repository === null) return "repository.id";
  const stage = jobTransition(repository, job, parsed.data);
  if (stage === null) return "workflow_job.id";
  if (text(job.status) === null) return "workflow_job.status";
  const deploymentId = text(deployment?.id);
  if (!deployment || deploymentId === null) return [stage];
  const parentId = activityId(stage.object);
  return [stage, requestTransition(repository, deploymentId, deployment, parentId, "observed")];
}
