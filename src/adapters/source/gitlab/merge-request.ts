/** GitLab merge requests to transitions of a change. */
import type { z } from "zod";
import type { Actor } from "../../../domain/activity.ts";
import type { Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { changeTags } from "../change-tags.ts";
import { openCloseTransitions } from "../open-close.ts";
import { actorOf, sha, tagsOf, text, webUrl } from "../shaping.ts";
import { mergeRequestKey, type Project, projectOf } from "./project.ts";
import { mergeRequestSchema } from "./schema.ts";

/** The states of a closed one; `opened` and `locked` (while it is being merged) are open. */
const CLOSED: Readonly<Record<string, Step>> = { merged: "succeeded", closed: "canceled" };

/** Actions whose doer is the one who moves the change; an approval or a label is not. */
const MOVES = ["open", "close", "reopen", "merge"];

export const labelsOf = (
  labels: ReadonlyArray<{ title?: unknown } | null | undefined> | null | undefined,
): string => (labels ?? []).flatMap((label) => text(label?.title) ?? []).join(", ");

type MergeRequest = z.infer<typeof mergeRequestSchema>["object_attributes"];

/** One approval, or the last that was needed; an approval is told in the moment that it is given. */
const APPROVALS = ["approval", "approved"];

function approvalTags(change: MergeRequest): Record<string, string | null> {
  const at = APPROVALS.includes(text(change.action) ?? "") ? toIso(change.updated_at) : null;
  return { firstReviewAt: at, firstApprovalAt: at };
}

/** @param actor who moved it, where the delivery says so. @returns transitions, or what the body lacks */
export function mergeRequestTransitions(
  project: Project,
  change: MergeRequest,
  actor: Actor | null,
  reviewers: number | null = null,
): Transition[] | string {
  const iid = text(change.iid);
  if (iid === null) return "object_attributes.iid";
  const state = text(change.state);
  if (state === null) return "object_attributes.state";
  const updatedAt = toIso(change.updated_at);
  const step = Object.hasOwn(CLOSED, state) ? CLOSED[state] : undefined;
  const closedAt = toIso(step === "succeeded" ? change.merged_at : change.closed_at) ?? updatedAt;
  return openCloseTransitions({
    object: mergeRequestKey(project, iid),
    open: "running",
    createdAt: toIso(change.created_at),
    updatedAt,
    closed: step === undefined ? null : { step, at: closedAt },
    facts: {
      kind: "change",
      service: project.path,
      repository: project.url,
      ref: text(change.source_branch),
      commitSha: sha(change.last_commit?.id).commitSha,
      createdAt: toIso(change.created_at),
      actor,
      url: webUrl(change.url),
      tags: tagsOf({
        title: change.title,
        number: iid,
        targetBranch: change.target_branch,
        mergeCommitSha: sha(change.merge_commit_sha).commitSha,
        draft: change.draft === true ? "true" : null,
        labels: labelsOf(change.labels),
        "gitlab.state": state,
        reviewers: reviewers || null,
        ...changeTags({
          title: change.title,
          body: change.description,
          ref: change.source_branch,
          labels: change.labels?.map((label) => text(label?.title)) ?? [],
        }),
        ...approvalTags(change),
      }),
    },
  });
}

/** @returns transitions, or what the body lacks */
export function readMergeRequest(reading: Reading): Transition[] | string {
  const parsed = mergeRequestSchema.safeParse(reading.body);
  if (!parsed.success) return "object_attributes";
  const { object_attributes: change, ...body } = parsed.data;
  const project = projectOf(body, reading, change.target_project_id);
  if (project === null) return "project.id";
  const moved = MOVES.includes(text(change.action) ?? "");
  return mergeRequestTransitions(
    project,
    change,
    moved ? actorOf(body.user?.name, body.user?.username) : null,
    body.reviewers?.length ?? null,
  );
}
