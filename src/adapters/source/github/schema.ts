/** The parts of GitHub's payloads that vice reads (GitHub docs "Webhook events and payloads"); one odd field drops nothing else. */
import { z } from "zod";

const loose = z.unknown().nullish();
const part = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullish().catch(null);

const user = part({ login: loose });
const labels = z
  .array(part({ name: loose }))
  .nullish()
  .catch(null);

const base = {
  action: loose,
  repository: part({ id: loose, full_name: loose, html_url: loose }),
  sender: user,
};
export const baseSchema = z.looseObject(base);
export type BaseBody = z.infer<typeof baseSchema>;

/** A deployment, in hooks and in the REST API alike. */
export const deploymentSchema = z.looseObject({
  id: loose,
  sha: loose,
  ref: loose,
  task: loose,
  environment: loose,
  payload: loose,
  description: loose,
  creator: user,
  created_at: loose,
  updated_at: loose,
  transient_environment: loose,
  production_environment: loose,
});
export type DeploymentBody = z.infer<typeof deploymentSchema>;

/** A status of a deployment, in hooks and in the REST API alike. */
export const statusSchema = z.looseObject({
  state: loose,
  environment: loose,
  environment_url: loose,
  log_url: loose,
  target_url: loose,
  description: loose,
  created_at: loose,
});
export type StatusBody = z.infer<typeof statusSchema>;

const run = part({ id: loose, run_attempt: loose });
const check = part({ id: loose });
export const deploymentEventSchema = z.looseObject({
  ...base,
  deployment: deploymentSchema,
  workflow_run: run,
});
export const statusEventSchema = z.looseObject({
  ...base,
  deployment: deploymentSchema,
  deployment_status: statusSchema,
  workflow_run: run,
  check_run: check,
});

/** A workflow run, in hooks and in the REST API alike. */
export const runSchema = z.looseObject({
  id: loose,
  run_attempt: loose,
  name: loose,
  display_title: loose,
  event: loose,
  status: loose,
  conclusion: loose,
  head_branch: loose,
  head_sha: loose,
  created_at: loose,
  updated_at: loose,
  run_started_at: loose,
  html_url: loose,
  actor: user,
  triggering_actor: user,
});
export type RunBody = z.infer<typeof runSchema>;
export const runEventSchema = z.looseObject({
  ...base,
  workflow_run: runSchema,
  workflow: part({ name: loose }),
});

/** A job of a run, in hooks and in the REST API alike. */
export const jobSchema = z.looseObject({
  id: loose,
  run_id: loose,
  run_attempt: loose,
  name: loose,
  workflow_name: loose,
  status: loose,
  conclusion: loose,
  head_branch: loose,
  head_sha: loose,
  created_at: loose,
  started_at: loose,
  completed_at: loose,
  html_url: loose,
  runner_name: loose,
});
export const jobEventSchema = z.looseObject({
  ...base,
  workflow_job: jobSchema,
  deployment: deploymentSchema.nullish().catch(null),
});

const ref = part({ ref: loose, sha: loose });
/** A pull request, in hooks and in the REST API alike; lists have no `merged`. */
export const pullSchema = z.looseObject({
  number: loose,
  title: loose,
  state: loose,
  draft: loose,
  merged: loose,
  created_at: loose,
  updated_at: loose,
  closed_at: loose,
  merged_at: loose,
  merge_commit_sha: loose,
  html_url: loose,
  head: ref,
  base: ref,
  labels,
  body: loose,
  user,
  requested_reviewers: z.array(z.unknown()).nullish().catch(null),
  commits: loose,
  additions: loose,
  deletions: loose,
  changed_files: loose,
  comments: loose,
  review_comments: loose,
});
export type PullBody = z.infer<typeof pullSchema>;
export const pullRequestEventSchema = z.looseObject({
  ...base,
  pull_request: pullSchema,
});

export const reviewSchema = z.looseObject({ state: loose, submitted_at: loose, user });

/** A review; its pull request lacks what only the whole one has (counts, `merged`). */
export const reviewEventSchema = z.looseObject({
  ...base,
  pull_request: pullSchema,
  review: reviewSchema,
});

/** An issue, in hooks and in the REST API alike. */
export const issueSchema = z.looseObject({
  number: loose,
  title: loose,
  state: loose,
  state_reason: loose,
  created_at: loose,
  updated_at: loose,
  closed_at: loose,
  html_url: loose,
  milestone: part({ title: loose }),
  labels,
});
export type IssueBody = z.infer<typeof issueSchema>;
export const issueEventSchema = z.looseObject({
  ...base,
  issue: issueSchema,
});
