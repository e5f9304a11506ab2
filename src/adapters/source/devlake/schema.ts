/** The part of the DevLake deployments body that vice reads, in its present and in its former spelling. */
import { z } from "zod";

const loose = z.unknown().nullish();

const commit = z
  .looseObject({
    repoUrl: loose,
    repo_url: loose,
    refName: loose,
    ref_name: loose,
    commitSha: loose,
    commit_sha: loose,
  })
  .catch({});

/**
 * camelCase: DevLake 1.0 and later; snake_case: `pipeline_id`, `start_time`, `end_time`, ... up to 1.0.0-beta
 * (DevLake documentation "Incoming Webhook", `backend/plugins/webhook/api/deployments.go`).
 */
export const deploymentSchema = z.looseObject({
  id: loose,
  pipeline_id: loose,
  createdDate: loose,
  create_time: loose,
  startedDate: loose,
  start_time: loose,
  finishedDate: loose,
  end_time: loose,
  result: loose,
  environment: loose,
  name: loose,
  displayTitle: loose,
  display_title: loose,
  url: loose,
  repoUrl: loose,
  repo_url: loose,
  refName: loose,
  ref_name: loose,
  commitSha: loose,
  commit_sha: loose,
  deploymentCommits: z.array(commit).nullish().catch(null),
  deployment_commits: z.array(commit).nullish().catch(null),
});
export type DevlakeDeployment = z.infer<typeof deploymentSchema>;
export type DevlakeCommit = z.infer<typeof commit>;
