/** GitHub pushes to commits (GitHub docs "Webhook events and payloads", `push`); `timestamp` is when it was committed. */
import { z } from "zod";
import type { CommitsSeen } from "../../../domain/commits/commit.ts";
import { commitsSeen } from "../pushed.ts";
import { webUrl } from "../shaping.ts";

const loose = z.unknown().nullish();
const commit = z
  .looseObject({
    id: loose,
    timestamp: loose,
    message: loose,
    url: loose,
    distinct: loose,
    author: z.looseObject({ name: loose, username: loose }).nullish().catch(null),
  })
  .nullish()
  .catch(null);
const schema = z.looseObject({
  commits: z.array(commit).nullish().catch(null),
  ...{ head_commit: commit, ref: loose, before: loose, after: loose, forced: loose },
  repository: z.looseObject({ html_url: loose }).nullish().catch(null),
});

/** GitHub docs "Webhook events and payloads", `push`: `commits` holds 2048 at most. */
const MOST_LISTED = 2048;

type Told = z.output<typeof commit>;

/** Without those that were pushed to another branch before (`distinct`): a merge of the trunk brings many of them. */
function newTimes(commits: readonly Told[] | null | undefined): unknown[] | null {
  if (!commits || commits.length >= MOST_LISTED) return null;
  return commits.flatMap((one) => (one?.distinct === true ? [one.timestamp] : []));
}

/** A branch that is made of commits that are known lists none, but names its head. */
export function pushedCommits(body: unknown): CommitsSeen | undefined {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return undefined;
  const { commits, head_commit: head, repository, ref, before, after, forced } = parsed.data;
  return commitsSeen(
    webUrl(repository?.html_url),
    (commits?.length ? commits : [head]).flatMap((one) => {
      if (one === null || one === undefined) return [];
      const { id, timestamp, message, url, author } = one;
      const by = { name: author?.name, login: author?.username };
      return [{ sha: id, committedAt: timestamp, message, url, author: by }];
    }),
    { ref, before, after, newAt: forced === true ? null : newTimes(commits) },
  );
}
