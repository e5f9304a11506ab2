/** Tells of changes as GitHub does: pull_request and pull_request_review events (GitHub docs "Webhook events and payloads"). */
import type { Change, Hook } from "../story.ts";
import { HOST, hook, person, repositoryOf, time } from "./github.ts";

function pullOf(change: Change, atMs: number) {
  const { service, number, title, body, login, branch, labels, commits, merge, mergedMs, lines } = change;
  const isMerged = mergedMs !== null && atMs >= mergedMs;
  return {
    number,
    title,
    body,
    state: isMerged ? "closed" : "open",
    draft: false,
    merged: isMerged,
    user: person(login),
    created_at: time(change.openedMs),
    updated_at: time(atMs),
    closed_at: isMerged ? time(mergedMs) : null,
    merged_at: isMerged ? time(mergedMs) : null,
    merge_commit_sha: isMerged ? (merge?.sha ?? null) : null,
    html_url: `${HOST}/${service.repository}/pull/${number}`,
    head: { ref: branch, sha: commits.at(-1)?.sha ?? null },
    base: { ref: "main" },
    labels: labels.map((name) => ({ name })),
    commits: commits.length,
    additions: lines,
    deletions: Math.round(lines / 3),
    changed_files: 1 + Math.round(lines / 40),
    comments: lines % 3,
    review_comments: lines % 4,
  };
}

function event(change: Change, action: string, atMs: number, login: string): Hook {
  return hook(atMs, "pull_request", {
    ...{ action, number: change.number, pull_request: pullOf(change, atMs) },
    repository: repositoryOf(change.service),
    sender: person(login),
  });
}

function review(change: Change): Hook {
  const { reviewedMs, reviewer, service } = change;
  return hook(reviewedMs, "pull_request_review", {
    action: "submitted",
    review: { state: "approved", submitted_at: time(reviewedMs), user: person(reviewer) },
    pull_request: pullOf(change, reviewedMs),
    repository: repositoryOf(service),
    sender: person(reviewer),
  });
}

export function pullRequest(change: Change): Hook[] {
  const { openedMs, mergedMs, login, reviewer } = change;
  const opened = event(change, "opened", openedMs, login);
  return mergedMs === null ? [opened] : [opened, review(change), event(change, "closed", mergedMs, reviewer)];
}
