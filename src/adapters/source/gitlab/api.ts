/** Rows of GitLab's REST API (GitLab docs "Deployments API", "Pipelines API") to the same transitions as the hooks give. */
import { z } from "zod";
import { isTerminal, type Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { text, webUrl } from "../shaping.ts";
import { deploymentTransition } from "./deployment.ts";
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
