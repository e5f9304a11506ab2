/** The parts of CircleCI's webhooks that vice reads (CircleCI docs "Outbound webhooks"). */
import { z } from "zod";
import { loose, part } from "../loose.ts";

/** Repositories of GitHub OAuth and Bitbucket come as `vcs`, those of GitLab and the GitHub App as `trigger_parameters`. */
const pipeline = part({
  number: loose,
  trigger: part({ type: loose }),
  vcs: part({ target_repository_url: loose, revision: loose, branch: loose, tag: loose }),
  trigger_parameters: part({
    git: part({ checkout_sha: loose, checkout_url: loose, branch: loose, tag: loose, repo_url: loose }),
    gitlab: part({ web_url: loose, user_name: loose, user_username: loose }),
    github_app: part({ repo_url: loose, user_username: loose }),
  }),
});

const workflow = { id: loose, name: loose, status: loose, created_at: loose, stopped_at: loose, url: loose };

export const deliverySchema = z.looseObject({
  type: loose,
  id: loose,
  happened_at: loose,
  pipeline,
  project: part({ name: loose, slug: loose }),
  organization: part({ name: loose }),
  workflow: part(workflow),
  job: part({ id: loose, name: loose, number: loose, status: loose, started_at: loose, stopped_at: loose }),
});
export type CircleDelivery = z.infer<typeof deliverySchema>;
