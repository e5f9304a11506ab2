/** GitHub issues to transitions of a ticket. */
import type { Actor } from "../../../domain/activity.ts";
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { type OpenClose, openCloseTransitions } from "../open-close.ts";
import { actorOf, tagsOf, text, webUrl } from "../shaping.ts";
import { labelsOf, MOVES } from "./pull-request.ts";
import { issueKey, type Repository, repositoryOf } from "./repository.ts";
import { type IssueBody, issueEventSchema } from "./schema.ts";

/** Actions after which there is no such issue here any more, though its state may still say `open`. */
const GONE = ["deleted", "transferred"];

/** Reasons of a closed one that was not done (GitHub docs "REST API endpoints for issues", `state_reason`). */
const NOT_DONE = ["not_planned", "duplicate"];

function closedOf(issue: IssueBody, action: string | null): OpenClose["closed"] {
  if (GONE.includes(action ?? "")) return { step: "canceled", at: toIso(issue.updated_at) };
  if (text(issue.state) !== "closed") return null;
  const done = !NOT_DONE.includes(text(issue.state_reason) ?? "");
  return { step: done ? "succeeded" : "canceled", at: toIso(issue.closed_at) };
}

/** @param event what a delivery adds to the issue itself. @returns transitions, or what the body lacks */
export function issueTransitions(
  repository: Repository,
  issue: IssueBody,
  { action, actor }: { action: string | null; actor: Actor | null },
): Transition[] | string {
  const number = text(issue.number);
  if (number === null) return "issue.number";
  if (text(issue.state) === null) return "issue.state";
  const createdAt = toIso(issue.created_at);
  return openCloseTransitions({
    object: issueKey(repository, number),
    open: "requested",
    createdAt,
    updatedAt: toIso(issue.updated_at),
    closed: closedOf(issue, action),
    facts: {
      kind: "ticket",
      service: repository.name,
      repository: repository.url,
      createdAt,
      actor,
      url: webUrl(issue.html_url),
      tags: tagsOf({
        title: issue.title,
        number,
        milestone: issue.milestone?.title,
        reason: issue.state_reason,
        labels: labelsOf(issue.labels),
      }),
    },
  });
}

/** @returns transitions, or what the body lacks */
export function readIssue(reading: Reading): Transition[] | string {
  const parsed = issueEventSchema.safeParse(reading.body);
  if (!parsed.success) return "issue";
  const { issue, ...body } = parsed.data;
  const repository = repositoryOf(body, reading);
  if (repository === null) return "repository.id";
  const action = text(body.action);
  const actor = MOVES.includes(action ?? "") ? actorOf(null, body.sender?.login) : null;
  return issueTransitions(repository, issue, { action, actor });
}
