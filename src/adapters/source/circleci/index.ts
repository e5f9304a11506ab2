/**
 * Source: CircleCI's outbound webhooks, `workflow-completed` and `job-completed` (CircleCI docs "Outbound webhooks").
 *
 * Keys: identityKind `pipeline` with the workflow's id, `stage` with the job's (both UUIDs). There is no event for a start:
 * a workflow has a creation time only, so it has no duration; a job has both of its times.
 */
import { defineSource } from "../../../ports/source.ts";
import { byEvent } from "../by-event.ts";
import { text } from "../shaping.ts";
import { readJob, readWorkflow } from "./map.ts";
import { sample } from "./sample.ts";
import { deliverySchema } from "./schema.ts";

const eventOf = (body: unknown): string | null => text(deliverySchema.safeParse(body).data?.type);

export default defineSource({
  name: "circleci",
  title: "CircleCI",
  // A comma list of versions, of which only v1 is known.
  schemes: [{ type: "hmac-hex", header: "circleci-signature", prefix: "v1=", algorithm: "sha256" }],
  deliveryId: (_headers, body) => text(deliverySchema.safeParse(body).data?.id),
  normalise: byEvent({
    name: "circleci",
    title: "CircleCI",
    field: "type",
    eventOf: ({ body }) => eventOf(body),
    readers: { "workflow-completed": readWorkflow, "job-completed": readJob, ping: () => PING },
  }),
  setup: [
    "In the project open Project Settings, Webhooks, Add Webhook.",
    "Enter the address above as Receiver URL and the secret as Secret token.",
    "Tick Workflow Completed and Job Completed, and keep certificate verification on.",
    "Choose Test Ping Event: it shows here as ignored.",
  ],
  sample,
});

const PING = { outcome: "ignored", reason: "ping: the hook is connected" } as const;
