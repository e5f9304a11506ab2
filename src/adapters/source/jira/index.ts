/**
 * Source: Jira issues (tickets with each change of column) and sprints.
 *
 * Keys: the number of the issue (`issue.id`, not the key, which changes when an issue moves) and of the sprint, per site.
 */
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { markIncidents, trackerOptions } from "../incident-labels.ts";
import { text } from "../shaping.ts";
import { issueTransitions } from "./issue.ts";
import { jiraPoller } from "./poll.ts";
import { envelopeSchema, issueEventSchema, sprintEventSchema } from "./schema.ts";
import { isSprintEvent, sprintTransition } from "./sprint.ts";

const ISSUE_EVENTS = new Set(["jira:issue_created", "jira:issue_updated", "jira:issue_deleted"]);

function normalise({ body, instance, options }: Reading): Normalised {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) return { outcome: "unmapped", reason: "no Jira webhook: webhookEvent is missing" };
  const name = envelope.data.webhookEvent;
  if (ISSUE_EVENTS.has(name)) return issue(body, instance, options);
  if (isSprintEvent(name)) return sprint(body, instance);
  return { outcome: "ignored", reason: `jira event "${name.slice(0, 100)}" is not used` };
}

function issue(body: unknown, instance: string | null, options: unknown): Normalised {
  const event = issueEventSchema.safeParse(body);
  if (!event.success) return { outcome: "unmapped", reason: "the issue event has no issue.id" };
  const transitions = markIncidents(issueTransitions(event.data, instance), options);
  return { outcome: "accepted", transitions };
}

function sprint(body: unknown, instance: string | null): Normalised {
  const event = sprintEventSchema.safeParse(body);
  if (!event.success) return { outcome: "unmapped", reason: "the sprint event has no sprint.id" };
  return { outcome: "accepted", transitions: [sprintTransition(event.data, instance)] };
}

export default defineSource({
  name: "jira",
  title: "Jira",
  schemes: [{ type: "hmac-hex", header: "X-Hub-Signature", prefix: "sha256=", algorithm: "sha256" }],
  options: trackerOptions,
  deliveryId: (headers) => text(headers["x-atlassian-webhook-identifier"]),
  normalise,
  poller: jiraPoller,
  setup: [
    "In Jira open Settings > System > WebHooks and choose Create a WebHook.",
    "Enter the address above as URL and the secret as Secret.",
    "Under Issue tick created, updated and deleted; under Sprint tick created, updated, started, closed and deleted.",
  ],
  sample: {
    headers: { "content-type": "application/json", "x-atlassian-webhook-identifier": "sample-1" },
    body: {
      timestamp: 1795168800000,
      webhookEvent: "jira:issue_updated",
      user: { displayName: "Robin Example" },
      issue: {
        id: "9000000000010042",
        self: "https://example-shop.atlassian.net/rest/api/2/9000000000010042",
        key: "SHOP-42",
        fields: {
          summary: "Show the delivery date in the basket",
          created: "2026-11-18T09:12:30.725+0100",
          project: { key: "SHOP", name: "Example Shop" },
          issuetype: { name: "Story" },
          status: { id: "3", name: "In Progress", statusCategory: { key: "indeterminate" } },
        },
      },
      changelog: {
        id: "10043",
        items: [
          {
            field: "status",
            fieldId: "status",
            from: "1",
            fromString: "To Do",
            to: "3",
            toString: "In Progress",
          },
        ],
      },
    },
  },
});
