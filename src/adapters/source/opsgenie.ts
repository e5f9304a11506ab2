/**
 * Source: Opsgenie's webhook integration (Opsgenie docs "Webhook Integration" and "Opsgenie Edge Connector Alert Action
 * Data"): one body for each action on an alert.
 *
 * Key: identityKind `incident` with `alert.alertId`. `createdAt` is in milliseconds, `updatedAt` in nanoseconds.
 */
import { z } from "zod";
import type { Step, Transition } from "../../domain/transition.ts";
import { toIso } from "../../kit/time.ts";
import { defineSource, type Reading } from "../../ports/source.ts";
import { byEvent, type Reader } from "./by-event.ts";
import { loose, part } from "./loose.ts";
import { actorOf, lookUp, tagsOf, text } from "./shaping.ts";

const schema = z.looseObject({
  action: loose,
  integrationName: loose,
  alert: part({
    alertId: loose,
    tinyId: loose,
    message: loose,
    alias: loose,
    entity: loose,
    username: loose,
    priority: loose,
    createdAt: loose,
    updatedAt: loose,
    details: z.record(z.string(), z.unknown()).nullish().catch(null),
  }),
});
type Alert = NonNullable<z.infer<typeof schema>["alert"]>;

/** Actions on an alert; those on notes, tags and people change nothing of it. */
const STEP_OF_ACTION: Readonly<Record<string, Step>> = {
  Create: "running",
  Acknowledge: "running",
  UnAcknowledge: "running",
  Escalate: "running",
  UpdatePriority: "observed",
  Close: "succeeded",
  Delete: "canceled",
};

/** Milliseconds, microseconds or nanoseconds since 1970: as many digits as a moment of our time has. */
function timeOf(value: unknown): string | null {
  const number = Number(text(value) ?? Number.NaN);
  if (!Number.isFinite(number) || number <= 0) return null;
  if (number > 1e17) return toIso(Math.round(number / 1e6));
  return toIso(number > 1e14 ? Math.round(number / 1e3) : number);
}

/** Where a policy or an integration put the name of the service. */
const serviceOf = ({ details, entity }: Alert): string | null =>
  text(details?.["service"]) ?? text(details?.["Service"]) ?? text(entity);

function readAction({ body, instance }: Reading): Transition[] | string {
  const parsed = schema.safeParse(body);
  const alert = parsed.data?.alert;
  const id = text(alert?.alertId);
  if (!parsed.success || !alert || id === null) return "alert.alertId";
  const action = text(parsed.data.action);
  const step = lookUp(STEP_OF_ACTION, action) ?? "observed";
  const createdAt = timeOf(alert.createdAt);
  const updatedAt = timeOf(alert.updatedAt);
  return [
    {
      object: {
        identityKind: "incident",
        source: "opsgenie",
        instance: instance ?? "opsgenie",
        externalId: id,
        attempt: 1,
      },
      step,
      at: action === "Create" ? (createdAt ?? updatedAt) : updatedAt,
      facts: {
        kind: "incident",
        service: serviceOf(alert),
        environment: text(alert.details?.["environment"]) ?? text(alert.details?.["env"]),
        startedAt: createdAt,
        actor: actorOf(null, alert.username),
        tags: tagsOf({
          key: text(alert.tinyId) === null ? null : `#${text(alert.tinyId)}`,
          title: alert.message,
          severity: alert.priority,
          "opsgenie.action": action,
          "opsgenie.alias": alert.alias,
        }),
      },
    },
  ];
}

export default defineSource({
  name: "opsgenie",
  title: "Opsgenie",
  schemes: [{ type: "bearer" }],
  deliveryId: () => null,
  normalise: byEvent({
    name: "opsgenie",
    title: "Opsgenie",
    field: "action",
    eventOf: ({ body }) => text(schema.safeParse(body).data?.action),
    readers: Object.fromEntries(
      Object.keys(STEP_OF_ACTION).map((action): [string, Reader] => [action, readAction]),
    ),
  }),
  setup: [
    "Open Settings > Integrations > Add integration > Webhook.",
    "Enter the address above as Webhook URL and add the custom header Authorization with the value Bearer SECRET.",
    "Choose the alert actions created, acknowledged, closed, deleted and priority updated; tick Add alert details.",
    "Name the service in the alert's details (service: shop) or as its entity.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      source: { name: "web", type: "API" },
      alert: {
        alertId: "7e577e57-5d1c-464a-812a-7dd18bbfba8c-1795168800000",
        tinyId: "42",
        message: "Checkout is slow",
        alias: "shop-latency",
        entity: "shop",
        username: "robin@shop.example.com",
        priority: "P1",
        createdAt: 1795168800000,
        updatedAt: 1795168800000000000,
        tags: ["latency"],
        details: { environment: "production" },
      },
      action: "Create",
      integrationName: "vice",
    },
  },
});
