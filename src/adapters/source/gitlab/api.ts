/** Rows of GitLab's REST API (GitLab docs "Deployments API", "Pipelines API", "Jobs API",
 * "Merge requests API", "Issues API") to the same transitions as the hooks give. */
import { z } from "zod";
import type { CommitsSeen } from "../../../domain/commits/commit.ts";
import { isTerminal, type Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { commitsSeen } from "../pushed.ts";
import { text, webUrl } from "../shaping.ts";
import { deploymentTransition } from "./deployment.ts";
import { issueTransitions } from "./issue.ts";
import { jobTransitions } from "./job.ts";
import { mergeRequestTransitions } from "./merge-request.ts";
import { pipelineTransitions } from "./pipeline.ts";
import type { Project } from "./project.ts";
import { secondsToMs, stepOf } from "./steps.ts";

const loose = z.unknown().nullish();
const part = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(null);
const user = part({ name: loose, username: loose });

const deploymentRow = z.looseObject({
  id: loose,
  status: loose,
  ref: loose,
  sha: loose,
  created_at: loose,
  updated_at: loose,
  user,
  environment: part({ name: loose, tier: loose, external_url: loose }),
  deployable: part({
    id: loose,
    tag: loose,
    web_url: loose,
    started_at: loose,
    finished_at: loose,
    duration: loose,
    commit: part({ title: loose }),
  }),
});

const pipelineRow = z.looseObject({
  id: loose,
  name: loose,
  status: loose,
  source: loose,
  ref: loose,
  tag: loose,
  sha: loose,
  created_at: loose,
  updated_at: loose,
  started_at: loose,
  finished_at: loose,
  duration: loose,
  user,
  web_url: loose,
});

const jobRow = z.looseObject({
  id: loose,
  name: loose,
  stage: loose,
  status: loose,
  ref: loose,
  tag: loose,
  created_at: loose,
  started_at: loose,
  finished_at: loose,
  duration: loose,
  failure_reason: loose,
  user,
  commit: part({ id: loose }),
});

const times = { created_at: loose, updated_at: loose, merged_at: loose, closed_at: loose };
const labels = z.array(z.unknown()).nullish().catch(null);
const mergeRequestRow = z.looseObject({ ...times, sha: loose, web_url: loose, labels });
const issueRow = z.looseObject({ ...times, severity: loose, web_url: loose, labels });

const commitRow = z.looseObject({
  id: loose,
  parent_ids: z.array(z.unknown()).nullish().catch(null),
  committed_date: loose,
  authored_date: loose,
  author_name: loose,
  message: loose,
  title: loose,
  web_url: loose,
});

/** Hooks tell whole seconds and the API milliseconds: cut, so that both name the same moment of a step. */
function toSecond(value: unknown): string | null {
  const at = toIso(value);
  return at === null ? null : `${at.slice(0, 19)}.000Z`;
}

/** `[]` for a row without id or status. The state is the deployment's own; of its job only the times are taken. */
export function deploymentRowTransitions(project: Project, row: unknown): Transition[] {
  const parsed = deploymentRow.safeParse(row);
  if (!parsed.success) return [];
  const { deployable: job, environment, ...deployment } = parsed.data;
  const id = text(deployment.id);
  if (id === null || text(deployment.status) === null) return [];
  const isNew = stepOf(deployment.status) === "requested";
  return [
    deploymentTransition(project, {
      id,
      status: deployment.status,
      at: toSecond(isNew ? deployment.created_at : deployment.updated_at) ?? toSecond(deployment.created_at),
      environment: environment?.name,
      tier: environment?.tier,
      ref: deployment.ref,
      isTag: job?.tag === true,
      sha: deployment.sha,
      user: deployment.user,
      url: job?.web_url,
      jobId: text(job?.id),
      createdAt: toIso(deployment.created_at),
      startedAt: toIso(job?.started_at),
      finishedAt: toIso(job?.finished_at),
      durationMs: secondsToMs(job?.duration),
      tags: { title: job?.commit?.title, environmentUrl: webUrl(environment?.external_url) },
    }),
  ];
}

/** From "Get a single pipeline"; the rows of the list have neither start, finish nor user. `[]` without id or status. */
export function pipelineRowTransitions(project: Project, row: unknown): Transition[] {
  const parsed = pipelineRow.safeParse(row);
  if (!parsed.success) return [];
  const run = parsed.data;
  const id = text(run.id);
  if (id === null || text(run.status) === null) return [];
  const startedAt = toIso(run.started_at);
  const finishedAt = toSecond(run.finished_at);
  const ended = isTerminal(stepOf(run.status));
  return pipelineTransitions(project, {
    id,
    status: run.status,
    createdAt: toIso(run.created_at),
    startedAt,
    // A retry keeps the first `started_at`: the only moment at which the last attempt surely ran is its end.
    runningAt: startedAt === null ? null : ended ? finishedAt : toSecond(run.started_at),
    finishedAt,
    durationSeconds: run.duration,
    ref: run.ref,
    tag: run.tag,
    sha: run.sha,
    user: run.user,
    url: run.web_url,
    tags: { name: run.name, "gitlab.source": run.source },
  });
}

/** From "List pipeline jobs". `[]` without an id, and for a skipped one: nothing ever ran, and nobody says when it ended. */
export function jobRowTransitions(project: Project, pipelineId: string, row: unknown): Transition[] {
  const job = jobRow.safeParse(row).data;
  const status = text(job?.status);
  if (job === undefined || status === null || status === "skipped") return [];
  const { ref, tag, commit, ...build } = job;
  const context = { project, pipelineId, ref, tag, sha: commit?.id };
  return jobTransitions(context, {
    ...build,
    created_at: toSecond(job.created_at),
    started_at: toSecond(job.started_at),
    finished_at: toSecond(job.finished_at),
  });
}

/** The API has plain names, the hook objects with a title. */
const titled = (names: readonly unknown[] | null | undefined): Array<{ title: unknown }> =>
  (names ?? []).map((title) => ({ title }));

const toSeconds = (
  row: { [key in keyof typeof times]?: unknown },
): Record<keyof typeof times, string | null> => ({
  created_at: toSecond(row.created_at),
  updated_at: toSecond(row.updated_at),
  merged_at: toSecond(row.merged_at),
  closed_at: toSecond(row.closed_at),
});

/** `[]` for a row without number or state. */
export function mergeRequestRowTransitions(project: Project, row: unknown): Transition[] {
  const change = mergeRequestRow.safeParse(row).data;
  if (change === undefined) return [];
  const told = mergeRequestTransitions(
    project,
    {
      ...change,
      ...toSeconds(change),
      last_commit: { id: change.sha },
      url: change.web_url,
      labels: titled(change.labels),
    },
    null,
  );
  return typeof told === "string" ? [] : told;
}

/** "List repository commits"; authors by name alone, as in push hooks. */
export const listedCommits = (project: Project, rows: readonly unknown[]): CommitsSeen | undefined =>
  commitsSeen(
    project.url,
    rows.map((row) => {
      const commit = commitRow.safeParse(row).data;
      return {
        sha: commit?.id,
        parents: commit?.parent_ids ?? null,
        committedAt: commit?.committed_date,
        authoredAt: commit?.authored_date,
        author: { name: commit?.author_name },
        message: commit?.message ?? commit?.title,
        url: commit?.web_url,
      };
    }),
  );

/** `[]` for a row without number or state. */
export function issueRowTransitions(project: Project, row: unknown): Transition[] {
  const issue = issueRow.safeParse(row).data;
  if (issue === undefined) return [];
  const severity = text(issue.severity)?.toLowerCase();
  const facts = { ...issue, ...toSeconds(issue), severity, url: issue.web_url, labels: titled(issue.labels) };
  const told = issueTransitions(project, facts, null);
  return typeof told === "string" ? [] : told;
}
