/**
 * GitLab pushes to commits (GitLab docs "Webhook events", "Push events" and "Tag push events"). At most 20 are listed,
 * whatever `total_commits_count` says.
 */
import { z } from "zod";
import type { CommitsSeen } from "../../../domain/commits/commit.ts";
import { commitsSeen } from "../pushed.ts";
import { repositoryUrl, webUrl } from "../shaping.ts";

const loose = z.unknown().nullish();
const commit = z
  .looseObject({
    id: loose,
    timestamp: loose,
    message: loose,
    url: loose,
    author: z.looseObject({ name: loose }).nullish().catch(null),
  })
  .nullish()
  .catch(null);
const schema = z.looseObject({
  commits: z.array(commit).nullish().catch(null),
  project: z.looseObject({ web_url: loose }).nullish().catch(null),
  repository: z.looseObject({ homepage: loose }).nullish().catch(null),
});

export function pushedCommits(body: unknown): CommitsSeen | undefined {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return undefined;
  const { commits, project, repository } = parsed.data;
  return commitsSeen(
    webUrl(project?.web_url) ?? repositoryUrl(repository?.homepage),
    (commits ?? []).flatMap((one) => {
      if (one === null || one === undefined) return [];
      const { id, timestamp, author, message, url } = one;
      return [{ sha: id, committedAt: timestamp, message, url, author: { name: author?.name } }];
    }),
  );
}
