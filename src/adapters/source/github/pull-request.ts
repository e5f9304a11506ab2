/** GitHub pull requests to transitions of a change. */
import type { Actor } from "../../../domain/activity.ts";
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { changeTags } from "../change-tags.ts";
import { type OpenClose, openCloseTransitions } from "../open-close.ts";
import { actorOf, sha, tagsOf, text, webUrl } from "../shaping.ts";
import { pullRequestKey, type Repository, repositoryOf } from "./repository.ts";
import { type PullBody, pullRequestEventSchema } from "./schema.ts";

/** Actions whose doer is the one who moves the change; a label or a review is not. */
export const MOVES = ["opened", "closed", "reopened"];

export const labelsOf = (
  labels: ReadonlyArray<{ name?: unknown } | null | undefined> | null | undefined,
): string => (labels ?? []).flatMap((label) => text(label?.name) ?? []).join(", ");

function closedOf(pull: PullBody): OpenClose["closed"] {
  if (text(pull.state) !== "closed") return null;
  const mergedAt = toIso(pull.merged_at);
  const merged = pull.merged === true || mergedAt !== null;
  return merged
    ? { step: "succeeded", at: mergedAt ?? toIso(pull.closed_at) }
    : { step: "canceled", at: toIso(pull.closed_at) };
}

/** How much there is of it; a list of pull requests does not tell, a single one does. */
function sizeOf(pull: PullBody): Record<string, unknown> {
  const comments = [pull.comments, pull.review_comments].filter((one) => typeof one === "number");
  return {
    commits: pull.commits,
    additions: pull.additions,
    deletions: pull.deletions,
    changedFiles: pull.changed_files,
    comments: comments.length === 0 ? null : comments.reduce((a, b) => a + b, 0),
    reviewers: pull.requested_reviewers?.length || null,
  };
}

/** @param actor who moved it, where the delivery says so. @returns transitions, or what the body lacks */
export function pullTransitions(
  repository: Repository,
  pull: PullBody,
  actor: Actor | null,
): Transition[] | string {
  const number = text(pull.number);
  if (number === null) return "pull_request.number";
  if (text(pull.state) === null) return "pull_request.state";
  const createdAt = toIso(pull.created_at);
  return openCloseTransitions({
    object: pullRequestKey(repository, number),
    open: "running",
    createdAt,
    updatedAt: toIso(pull.updated_at),
    closed: closedOf(pull),
    facts: {
      kind: "change",
      service: repository.name,
      repository: repository.url,
      ref: text(pull.head?.ref),
      commitSha: sha(pull.head?.sha).commitSha,
      createdAt,
      actor,
      url: webUrl(pull.html_url),
      tags: tagsOf({
        title: pull.title,
        number,
        targetBranch: pull.base?.ref,
        mergeCommitSha: closedOf(pull)?.step === "succeeded" ? sha(pull.merge_commit_sha).commitSha : null,
        draft: pull.draft === true ? "true" : null,
        labels: labelsOf(pull.labels),
        ...sizeOf(pull),
        ...changeTags({
          title: pull.title,
          body: pull.body,
          ref: pull.head?.ref,
          labels: pull.labels?.map((label) => text(label?.name)) ?? [],
        }),
      }),
    },
  });
}

/** @returns transitions, or what the body lacks */
export function readPullRequest(reading: Reading): Transition[] | string {
  const parsed = pullRequestEventSchema.safeParse(reading.body);
  if (!parsed.success) return "pull_request";
  const { pull_request: pull, ...body } = parsed.data;
  const repository = repositoryOf(body, reading);
  if (repository === null) return "repository.id";
  const moved = MOVES.includes(text(body.action) ?? "");
  return pullTransitions(repository, pull, moved ? actorOf(null, body.sender?.login) : null);
}
