/** The parts of GitLab's webhook bodies that vice reads (GitLab docs "Webhook events"); one odd field never drops the rest. */
import { z } from "zod";

const loose = z.unknown().nullish();
const part = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(null);

const user = part({ name: loose, username: loose });
const environment = part({ name: loose, action: loose, deployment_tier: loose });
const labels = z
  .array(part({ title: loose }))
  .nullish()
  .catch(null);

/** Which project it is about: `project` in all newer hooks, `project_id` and `repository` in older job hooks. */
const origin = {
  project: part({ id: loose, path_with_namespace: loose, web_url: loose }),
  project_id: loose,
  repository: part({ homepage: loose, git_http_url: loose }),
  user,
};
export const originSchema = z.looseObject(origin);
export type OriginBody = z.infer<typeof originSchema>;

/** `status_changed_at` is `2021-04-28 21:50:00 +0200`; the full sha stands only in `commit_url`. */
export const deploymentSchema = z.looseObject({
  ...origin,
  status: loose,
  status_changed_at: loose,
  deployment_id: loose,
  deployable_id: loose,
  deployable_url: loose,
  environment: loose,
  environment_tier: loose,
  environment_external_url: loose,
  short_sha: loose,
  commit_url: loose,
  commit_title: loose,
  ref: loose,
});

const build = z.looseObject({
  id: loose,
  stage: loose,
  name: loose,
  status: loose,
  created_at: loose,
  started_at: loose,
  finished_at: loose,
  duration: loose,
  failure_reason: loose,
  user,
  environment,
});
export type BuildBody = z.infer<typeof build>;

export const pipelineSchema = z.looseObject({
  ...origin,
  object_attributes: z.looseObject({
    id: loose,
    name: loose,
    ref: loose,
    tag: loose,
    sha: loose,
    source: loose,
    status: loose,
    created_at: loose,
    finished_at: loose,
    duration: loose,
    url: loose,
  }),
  merge_request: part({ iid: loose, target_project_id: loose }),
  commit: part({ title: loose, message: loose }),
  source_pipeline: part({ project: part({ id: loose }), pipeline_id: loose }),
  builds: z.array(build.nullable().catch(null)).nullish().catch(null),
});
export type PipelineBody = z.infer<typeof pipelineSchema>;

/** `object_kind` is `build`; `commit.id` is the pipeline's id, not a sha. */
export const jobSchema = z.looseObject({
  ...origin,
  ref: loose,
  tag: loose,
  sha: loose,
  build_id: loose,
  build_name: loose,
  build_stage: loose,
  build_status: loose,
  build_created_at: loose,
  build_started_at: loose,
  build_finished_at: loose,
  build_duration: loose,
  build_failure_reason: loose,
  pipeline_id: loose,
  environment,
});

export const mergeRequestSchema = z.looseObject({
  ...origin,
  object_attributes: z.looseObject({
    iid: loose,
    title: loose,
    state: loose,
    action: loose,
    created_at: loose,
    updated_at: loose,
    merged_at: loose,
    closed_at: loose,
    source_branch: loose,
    target_branch: loose,
    target_project_id: loose,
    merge_commit_sha: loose,
    last_commit: part({ id: loose }),
    draft: loose,
    description: loose,
    url: loose,
    labels,
  }),
  reviewers: z.array(z.unknown()).nullish().catch(null),
});

export const issueSchema = z.looseObject({
  ...origin,
  object_attributes: z.looseObject({
    iid: loose,
    title: loose,
    state: loose,
    action: loose,
    created_at: loose,
    updated_at: loose,
    closed_at: loose,
    project_id: loose,
    moved_to_id: loose,
    duplicated_to_id: loose,
    severity: loose,
    type: loose,
    url: loose,
    labels,
  }),
});
