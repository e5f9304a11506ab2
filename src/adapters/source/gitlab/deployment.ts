/** GitLab deployments, from the Deployment Hook and from rows of the API, to transitions. */
import { isTerminal, type Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { actorOf, sha, tagsOf, text, versionOfRef, webUrl } from "../shaping.ts";
import { deploymentKey, jobKey, type Project, projectOf } from "./project.ts";
import { deploymentSchema } from "./schema.ts";
import { stepOf, tierOf } from "./steps.ts";

/** One state of one deployment, as hook and API both can tell it. */
export interface DeploymentReport {
  id: string;
  status: unknown;
  /** ISO 8601. */
  at: string | null;
  environment: unknown;
  tier?: unknown;
  ref: unknown;
  isTag?: boolean;
  sha: unknown;
  user: { name?: unknown; username?: unknown } | null | undefined;
  url: unknown;
  jobId: string | null;
  createdAt?: string | null;
  startedAt?: string | null;
  finishedAt?: string | null;
  durationMs?: number | null;
  tags?: Record<string, unknown>;
}

export function deploymentTransition(project: Project, report: DeploymentReport): Transition {
  const step = stepOf(report.status);
  const ended = isTerminal(step);
  const ref = text(report.ref);
  const { commitSha, shortSha } = sha(report.sha);
  return {
    object: deploymentKey(project, report.id),
    step,
    at: report.at,
    facts: {
      kind: "deployment",
      service: project.path,
      repository: project.url,
      environment: text(report.environment),
      tier: tierOf(report.tier, report.environment),
      ref,
      version: report.isTag === true ? ref : versionOfRef(ref),
      commitSha,
      createdAt: report.createdAt ?? null,
      startedAt: report.startedAt ?? null,
      finishedAt: ended ? (report.finishedAt ?? null) : null,
      durationMs: ended ? (report.durationMs ?? null) : null,
      actor: actorOf(report.user?.name, report.user?.username),
      url: webUrl(report.url),
      parentId: report.jobId === null ? null : activityId(jobKey(project, report.jobId)),
      tags: tagsOf({ "gitlab.status": report.status, shortSha, ...report.tags }),
    },
  };
}

/** `.../-/commit/<sha>`: the hook has the full sha only there. */
const shaInUrl = (url: unknown): string | null =>
  /\/commit\/([0-9a-f]{40}|[0-9a-f]{64})$/i.exec(text(url, 2000) ?? "")?.[1] ?? null;

/** @returns transitions, or what the body lacks */
export function readDeployment(reading: Reading): Transition[] | string {
  const parsed = deploymentSchema.safeParse(reading.body);
  if (!parsed.success) return "a JSON object";
  const body = parsed.data;
  const project = projectOf(body, reading);
  if (project === null) return "project.id";
  const id = text(body.deployment_id);
  if (id === null) return "deployment_id";
  if (text(body.status) === null) return "status";
  const report: DeploymentReport = {
    id,
    status: body.status,
    at: toIso(body.status_changed_at),
    environment: body.environment,
    tier: body.environment_tier,
    ref: body.ref,
    sha: shaInUrl(body.commit_url) ?? body.short_sha,
    user: body.user,
    url: body.deployable_url,
    jobId: text(body.deployable_id),
    tags: { title: body.commit_title, environmentUrl: webUrl(body.environment_external_url) },
  };
  return [deploymentTransition(project, report)];
}
