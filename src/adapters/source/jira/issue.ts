/** From issue events to transitions of a ticket. */
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import { onlyName } from "../incident-labels.ts";
import { actorOf, lookUp, tagsOf, text } from "../shaping.ts";
import type { IssueEvent, JiraIssue } from "./schema.ts";
import { browseUrl, keyOf } from "./site.ts";

/** Keys of status categories (Jira REST API, "Get all status categories"); every column of a person's own is work. */
const STEP_OF_CATEGORY: Readonly<Record<string, Step>> = {
  new: "requested",
  undefined: "requested",
  indeterminate: "running",
  done: "succeeded",
};

/** A change of column, as tags. */
type Move = {
  column: string | null;
  fromColumn: string | null;
};

export function issueTransitions(event: IssueEvent, instance: string | null): Transition[] {
  const move = moveOf(event);
  const kind = event.webhookEvent.replace(/^jira:/, "");
  if (kind === "issue_deleted") return [transition(event, instance, "canceled", { deleted: true })];
  if (kind === "issue_created" || move !== null) {
    return [transition(event, instance, stepOf(event.issue), move ?? { column: columnOf(event.issue) })];
  }
  return [
    transition(event, instance, "observed", { column: columnOf(event.issue) }),
    ...sinceCategoryChange(event, instance),
  ];
}

const columnOf = (issue: JiraIssue): string | null => text(issue.fields?.status?.name);

function stepOf(issue: JiraIssue): Step {
  const category = text(issue.fields?.status?.statusCategory?.key);
  return category === null ? "observed" : (lookUp(STEP_OF_CATEGORY, category.toLowerCase()) ?? "running");
}

/**
 * The move between columns in the changelog; Jira writes the field as `status` or `Status`, and the new column under the
 * key `toString`: where it is missing, what every object inherits is a function and no text.
 */
function moveOf({ changelog, issue }: IssueEvent): Move | null {
  const item = changelog?.items.find(
    ({ field, fieldId }) => text(fieldId ?? field)?.toLowerCase() === "status",
  );
  if (item === undefined) return null;
  return { column: text(item.toString) ?? columnOf(issue), fromColumn: text(item.fromString) };
}

/**
 * An update that moves nothing still tells since when the ticket has been in its category: so a ticket whose earlier
 * deliveries are missing has a state. It carries no column, because the column may have changed since.
 */
function sinceCategoryChange({ issue }: IssueEvent, instance: string | null): Transition[] {
  const at = toIso(issue.fields?.statuscategorychangedate);
  const step = stepOf(issue);
  if (at === null || step === "observed") return [];
  return [
    {
      object: keyOf("ticket", issue.id, issue.self, instance),
      step,
      at,
      reopens: true,
      facts: { kind: "ticket" },
    },
  ];
}

function transition(
  event: IssueEvent,
  instance: string | null,
  step: Step,
  tags: Readonly<Record<string, unknown>>,
): Transition {
  const { issue } = event;
  return {
    object: keyOf("ticket", issue.id, issue.self, instance),
    step,
    at: toIso(event.timestamp),
    reopens: true,
    facts: factsOf(event, instance, tags),
  };
}

function factsOf(event: IssueEvent, instance: string | null, tags: Readonly<Record<string, unknown>>): Facts {
  const { issue, user } = event;
  const { fields } = issue;
  const parent = text(fields?.parent?.id);
  return {
    kind: "ticket",
    service: text(fields?.project?.key),
    createdAt: toIso(fields?.created),
    actor: actorOf(user?.displayName, user?.name),
    url: browseUrl(issue.self, issue.key),
    parentId: parent === null ? null : activityId(keyOf("ticket", parent, issue.self, instance)),
    tags: tagsOf({
      key: issue.key,
      title: fields?.summary,
      type: fields?.issuetype?.name,
      priority: fields?.priority?.name,
      project: fields?.project?.name,
      parentKey: fields?.parent?.key,
      resolution: fields?.resolution?.name,
      component: onlyName(fields?.components),
      labels: fields?.labels?.map((label) => text(label) ?? "").join(","),
      ...tags,
    }),
  };
}
