/** From sprint events to transitions of a sprint. */
import type { Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { lookUp, tagsOf, text } from "../shaping.ts";
import type { SprintEvent } from "./schema.ts";
import { keyOf } from "./site.ts";

const STEP_OF_EVENT: Readonly<Record<string, Step>> = {
  sprint_created: "requested",
  sprint_updated: "observed",
  sprint_started: "running",
  sprint_closed: "succeeded",
  sprint_deleted: "canceled",
};

export const isSprintEvent = (webhookEvent: string): boolean => Object.hasOwn(STEP_OF_EVENT, webhookEvent);

/** `startDate` of a future sprint is a plan, and `endDate` always is: plans go into tags. */
export function sprintTransition(event: SprintEvent, instance: string | null): Transition {
  const { sprint, webhookEvent } = event;
  const begun = text(sprint.state) !== "future" && webhookEvent !== "sprint_created";
  return {
    object: keyOf("sprint", sprint.id, sprint.self, instance),
    step: lookUp(STEP_OF_EVENT, webhookEvent) ?? "observed",
    at: toIso(event.timestamp),
    reopens: true,
    facts: {
      kind: "sprint",
      createdAt: toIso(sprint.createdDate),
      startedAt: begun ? toIso(sprint.startDate) : null,
      finishedAt: toIso(sprint.completeDate),
      tags: tagsOf({
        title: sprint.name,
        goal: sprint.goal,
        board: sprint.originBoardId,
        plannedStart: begun ? null : toIso(sprint.startDate),
        plannedEnd: toIso(sprint.endDate),
      }),
    },
  };
}
