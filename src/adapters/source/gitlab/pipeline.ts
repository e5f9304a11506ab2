/** GitLab pipelines, from the Pipeline Hook and from the API, to transitions. */
import { type Facts, isTerminal, type Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, sha, tagsOf, text, versionOfRef, webUrl } from "../shaping.ts";
import { jobTransitions } from "./job.ts";
import { type Project, pipelineKey, projectOf } from "./project.ts";
import { type BuildBody, type PipelineBody, pipelineSchema } from "./schema.ts";
import { secondsToMs, stepOf } from "./steps.ts";

/** One state of one pipeline, as hook and API both can tell it. Times are ISO 8601. */
export interface PipelineReport {
  id: string;
  status: unknown;
  createdAt: string | null;
  startedAt: string | null;
  /** When the newest attempt was certainly at work; `null` = not known. */
  runningAt: string | null;
  finishedAt: string | null;
  durationSeconds: unknown;
  ref: unknown;
  tag: unknown;
  sha: unknown;
  user: { name?: unknown; username?: unknown } | null | undefined;
  url: unknown;
  parentId?: string | null;
  tags: Record<string, unknown>;
}

/**
 * A retry runs the same pipeline again under the same id, so a pipeline reopens. That it ran is told again with its end:
 * an end that follows another end would not count by itself, should the `running` between them be lost.
 */
export function pipelineTransitions(project: Project, report: PipelineReport): Transition[] {
  const { id, createdAt, runningAt, finishedAt } = report;
  const object = pipelineKey(project, id);
  const step = stepOf(report.status);
  const facts = factsOf(project, report);
  if (step === "running") return [{ object, step, at: runningAt, reopens: runningAt !== null, facts }];
  if (!isTerminal(step)) return [{ object, step, at: createdAt, facts }];
  const durationMs = report.startedAt === null ? null : secondsToMs(report.durationSeconds);
  const end: Transition = { object, step, at: finishedAt, reopens: true, facts: { ...facts, durationMs } };
  const ran = runningAt !== null && finishedAt !== null && runningAt <= finishedAt;
  return ran ? [{ object, step: "running", at: runningAt, reopens: true, facts }, end] : [end];
}

function factsOf(project: Project, report: PipelineReport): Facts {
  const ref = text(report.ref);
  const { commitSha, shortSha } = sha(report.sha);
  const ownUrl = project.url === null ? null : `${project.url}/-/pipelines/${encodeURIComponent(report.id)}`;
  return {
    kind: "pipeline",
    service: project.path,
    repository: project.url,
    ref,
    version: report.tag === true ? ref : versionOfRef(ref),
    commitSha,
    createdAt: report.createdAt,
    startedAt: report.startedAt,
    actor: actorOf(report.user?.name, report.user?.username),
    url: webUrl(report.url) ?? ownUrl,
    parentId: report.parentId ?? null,
    tags: tagsOf({ ...report.tags, "gitlab.status": report.status, shortSha }),
  };
}

/** The hook has no start of its own: a pipeline has begun when its first job has. */
function startsOf(builds: readonly BuildBody[]): { first: string | null; last: string | null } {
  const starts = builds.flatMap((build) => toIso(build.started_at) ?? []).sort();
  return { first: starts[0] ?? null, last: starts.at(-1) ?? null };
}

function parentOf(body: PipelineBody, project: Project): string | null {
  const projectId = text(body.source_pipeline?.project?.id);
  const pipelineId = text(body.source_pipeline?.pipeline_id);
  if (projectId === null || pipelineId === null) return null;
  return activityId(pipelineKey({ instance: project.instance, id: projectId }, pipelineId));
}

function mergeRequestOf(body: PipelineBody, project: Project): string | null {
  const iid = text(body.merge_request?.iid);
  return iid === null ? null : `${text(body.merge_request?.target_project_id) ?? project.id}!${iid}`;
}

function reportOf(
  body: PipelineBody,
  project: Project,
  id: string,
  builds: readonly BuildBody[],
): PipelineReport {
  const { object_attributes: run, commit } = body;
  const { first, last } = startsOf(builds);
  return {
    id,
    status: run.status,
    createdAt: toIso(run.created_at),
    startedAt: first,
    runningAt: last,
    finishedAt: toIso(run.finished_at),
    durationSeconds: run.duration,
    ref: run.ref,
    tag: run.tag,
    sha: run.sha,
    user: body.user,
    url: run.url,
    parentId: parentOf(body, project),
    tags: {
      name: run.name,
      title: text(commit?.title) ?? text(commit?.message)?.split("\n")[0],
      "gitlab.source": run.source,
      mergeRequest: mergeRequestOf(body, project),
    },
  };
}

/**
 * The pipeline, and of its jobs only those that stop an environment: for all others the Job Hook is the reporter.
 * @returns transitions, or what the body lacks
 */
export function readPipeline(reading: Reading): Transition[] | string {
  const parsed = pipelineSchema.safeParse(reading.body);
  if (!parsed.success) return "object_attributes";
  const body = parsed.data;
  const run = body.object_attributes;
  const project = projectOf(body, reading);
  if (project === null) return "project.id";
  const id = text(run.id);
  if (id === null) return "object_attributes.id";
  if (text(run.status) === null) return "object_attributes.status";
  const builds = (body.builds ?? []).filter((build) => build !== null);
  const context = { project, pipelineId: id, ref: run.ref, tag: run.tag, sha: run.sha };
  const stops = builds.filter((build) => text(build.environment?.action) === "stop");
  return [
    ...pipelineTransitions(project, reportOf(body, project, id, builds)),
    ...stops.flatMap((build) => jobTransitions(context, build)),
  ];
}
