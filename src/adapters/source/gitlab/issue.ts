/** GitLab issues to transitions of a ticket. */
import type { z } from "zod";
import type { Actor } from "../../../domain/activity.ts";
import type { Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { openCloseTransitions } from "../open-close.ts";
import { actorOf, tagsOf, text, webUrl } from "../shaping.ts";
import { labelsOf } from "./merge-request.ts";
import { issueKey, type Project, projectOf } from "./project.ts";
import { issueSchema } from "./schema.ts";

const MOVES = ["open", "close", "reopen"];

type Issue = z.infer<typeof issueSchema>["object_attributes"];

/** @param actor who moved it, where the delivery says so. @returns transitions, or what the body lacks */
export function issueTransitions(project: Project, issue: Issue, actor: Actor | null): Transition[] | string {
  const iid = text(issue.iid);
  if (iid === null) return "object_attributes.iid";
  const state = text(issue.state);
  if (state === null) return "object_attributes.state";
  const createdAt = toIso(issue.created_at);
  const updatedAt = toIso(issue.updated_at);
  const elsewhere = text(issue.moved_to_id) !== null || text(issue.duplicated_to_id) !== null;
  const step: Step = elsewhere ? "canceled" : "succeeded";
  return openCloseTransitions({
    object: issueKey(project, iid),
    open: "requested",
    createdAt,
    updatedAt,
    closed: state === "closed" ? { step, at: toIso(issue.closed_at) ?? updatedAt } : null,
    facts: {
      kind: "ticket",
      service: project.path,
      repository: project.url,
      createdAt,
      actor,
      url: webUrl(issue.url),
      tags: tagsOf({
        title: issue.title,
        number: iid,
        severity: issue.severity,
        labels: labelsOf(issue.labels),
        type: text(issue.type)?.toLowerCase() === "incident" ? "incident" : null,
        "gitlab.state": state,
      }),
    },
  });
}

/** @returns transitions, or what the body lacks */
export function readIssue(reading: Reading): Transition[] | string {
  const parsed = issueSchema.safeParse(reading.body);
  if (!parsed.success) return "object_attributes";
  const { object_attributes: issue, ...body } = parsed.data;
  const project = projectOf(body, reading, issue.project_id);
  if (project === null) return "project.id";
  const moved = MOVES.includes(text(issue.action) ?? "");
  return issueTransitions(project, issue, moved ? actorOf(body.user?.name, body.user?.username) : null);
}
