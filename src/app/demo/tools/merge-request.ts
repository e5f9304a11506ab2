/** Tells of changes as GitLab does: merge request hooks (GitLab docs "Webhook events", "Merge request events"). */
import type { Change, Hook } from "../story.ts";
import { HOST, hook, person, projectOf, utc } from "./gitlab.ts";

type Action = "open" | "approved" | "merge";

function event(change: Change, action: Action, atMs: number, login: string): Hook {
  const { service, number, title, body, branch, labels, commits, merge, openedMs } = change;
  const isMerged = action === "merge";
  return hook(atMs, "Merge Request Hook", {
    object_kind: "merge_request",
    user: person(login),
    project: projectOf(service),
    object_attributes: {
      iid: number,
      title,
      description: body ?? "",
      state: isMerged ? "merged" : "opened",
      action,
      created_at: utc(openedMs),
      updated_at: utc(atMs),
      merged_at: isMerged ? utc(atMs) : null,
      source_branch: branch,
      target_branch: "main",
      target_project_id: service.number,
      merge_commit_sha: isMerged ? (merge?.sha ?? null) : null,
      last_commit: { id: commits.at(-1)?.sha ?? null },
      draft: false,
      url: `${HOST}/${service.repository}/-/merge_requests/${number}`,
      labels: labels.map((name) => ({ title: name })),
    },
    reviewers: [person(change.reviewer)],
  });
}

export function mergeRequest(change: Change): Hook[] {
  const { openedMs, reviewedMs, mergedMs, login, reviewer } = change;
  const opened = event(change, "open", openedMs, login);
  if (mergedMs === null) return [opened];
  return [
    opened,
    event(change, "approved", reviewedMs, reviewer),
    event(change, "merge", mergedMs, reviewer),
  ];
}
