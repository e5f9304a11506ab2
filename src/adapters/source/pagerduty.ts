/**
 * Source: PagerDuty's V3 webhooks about incidents (PagerDuty developer docs "Webhooks Overview" and "Verifying
 * Signatures"): a mapping of the generic source, as anybody may write one.
 *
 * Key: identityKind `incident` with the incident's id. It may be opened again under the same id. `created_at` is when the
 * incident began; the event `incident.triggered` has its own `occurred_at`, when people were told.
 */
import { z } from "zod";
import { toIso } from "../../kit/time.ts";
import { defineSource, type Normalised, type Reading } from "../../ports/source.ts";
import { genericSource, mappingsSchema } from "./generic/index.ts";

const MAPPINGS = mappingsSchema.parse({
  when: { "$.event.event_type": "incident.*", "$.event.data.type": "incident" },
  kind: "incident",
  id: "$.event.data.id",
  status: "$.event.event_type",
  words: {
    "*.triggered": "running",
    "*.acknowledged": "running",
    "*.unacknowledged": "running",
    "*.reopened": "running",
    "*.resolved": "succeeded",
    "*.responder.*": "ignore",
    "*": "observed",
  },
  reopens: true,
  at: "$.event.occurred_at",
  startedAt: "$.event.data.created_at",
  service: "$.event.data.service.summary",
  url: "$.event.data.html_url",
  title: "$.event.data.title",
  actor: "$.event.agent.summary",
  tags: {
    key: "#{{ $.event.data.number }}",
    number: "$.event.data.number",
    severity: ["$.event.data.priority.summary", "$.event.data.urgency"],
    urgency: "$.event.data.urgency",
    team: "$.event.data.teams[0].summary",
  },
  deliveryId: "$.event.id",
  signature: { header: "x-pagerduty-signature", prefix: "v1=" },
});

const mapped = genericSource("pagerduty", MAPPINGS);

const eventSchema = z.looseObject({
  event: z.looseObject({ event_type: z.unknown(), occurred_at: z.unknown() }),
});

/** When people were told: only the event that tells them first says so. */
function toldAtOf(body: unknown): string | null {
  const event = eventSchema.safeParse(body).data?.event;
  return event?.event_type === "incident.triggered" ? toIso(event.occurred_at) : null;
}

function normalise(reading: Reading): Normalised {
  const said = mapped.normalise(reading);
  const toldAt = toldAtOf(reading.body);
  if (said.outcome !== "accepted" || toldAt === null) return said;
  const transitions = said.transitions.map(({ facts, ...rest }) => ({
    ...rest,
    facts: { ...facts, tags: { ...facts.tags, toldAt } },
  }));
  return { ...said, transitions };
}

export default defineSource({
  ...mapped,
  normalise,
  title: "PagerDuty",
  setup: [
    "Open Integrations > Generic Webhooks (v3) and choose New Webhook.",
    "Enter the address above as Webhook URL; as Scope choose the services, the team or the account.",
    "Under Event Subscription keep the events incident.* and choose Add Webhook.",
    "PagerDuty makes the secret and shows it once: give it to vice as VICE_HOOK_SECRET_PAGERDUTY, or in vice.server.yaml.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      event: {
        id: "vice-test-01J0PAGERDUTY",
        event_type: "incident.triggered",
        resource_type: "incident",
        occurred_at: "2026-11-20T10:00:00.000Z",
        agent: { id: "P1", summary: "Robin Example", type: "user_reference" },
        client: { name: "PagerDuty" },
        data: {
          id: "VICETEST01",
          type: "incident",
          html_url: "https://example-shop.pagerduty.com/incidents/VICETEST01",
          number: 42,
          status: "triggered",
          created_at: "2026-11-20T10:00:00Z",
          title: "Checkout is slow",
          service: { id: "P2", summary: "shop", type: "service_reference" },
          teams: [{ id: "P3", summary: "storefront" }],
          priority: { id: "P4", summary: "P1" },
          urgency: "high",
        },
      },
    },
  },
});
