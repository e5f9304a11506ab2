/** The pieces of work of the mock, and what it says is different about some of them. */
import type { Activity } from "../../src/domain/activity.ts";
import type { DifferencesAnswer, WorkItem } from "../src/api/piece-types.ts";

/** One for each deployment of a page. */
export const workOf = (activities: readonly Activity[]): WorkItem[] =>
  activities.map((activity, at) => ({
    ...{ traceId: activity.traceId, name: `SHOP-${at} ${activity.service ?? "work"}` },
    head: { id: activity.id, kind: "ticket", status: activity.status },
    ...{ status: activity.status, activities: 4, failed: activity.status === "failed" ? 1 : 0, canceled: 0 },
    tools: ["jira", activity.source],
    services: activity.service === null ? [] : [activity.service],
    environments: activity.environment === null ? [] : [activity.environment],
    teams: [],
    ...{ startedAt: activity.startedAt, finishedAt: activity.finishedAt, durationMs: activity.durationMs },
    ...{ truncated: false, activity },
  }));

export const DIFFERENCES: DifferencesAnswer = {
  title: "tool=gcloud stands out: 100 % of those that failed have it, 5.0 times as often as all",
  ...{ odd: 8, rest: 32, days: 30, sampled: false, method: "information gain" },
  items: [
    {
      key: "tool",
      value: "gcloud",
      also: [],
      odd: 8,
      rest: 0,
      support: 1,
      lift: 5,
      gain: 0.72,
      p: 0.0001,
      isClear: true,
    },
  ],
};
