/**
 * Source: Unleash's webhook integration, which posts its events (Unleash docs "Webhook integration" and "Events").
 *
 * Key: identityKind `exposure`, externalId the number of the event. A change of a flag is a moment without a duration. The
 * server signs nothing: the integration sends an Authorization header.
 */
import { z } from "zod";
import type { Transition } from "../../domain/transition.ts";
import { toIso } from "../../kit/time.ts";
import { defineSource, type Reading } from "../../ports/source.ts";
import { byEvent, type Reader } from "./by-event.ts";
import { loose, part } from "./loose.ts";
import { actorOf, lookUp, tagsOf, text } from "./shaping.ts";

const schema = z.looseObject({
  id: loose,
  type: loose,
  createdBy: loose,
  createdAt: loose,
  featureName: loose,
  project: loose,
  environment: loose,
  data: part({ name: loose }),
});

/** Event types that change what users see, and whether the flag is on after them, where the type says so. */
const CHANGES: Readonly<Record<string, boolean | null>> = {
  "feature-environment-enabled": true,
  "feature-environment-disabled": false,
  "feature-environment-variants-updated": null,
  "feature-variants-updated": null,
  "feature-strategy-add": null,
  "feature-strategy-update": null,
  "feature-strategy-remove": null,
  "feature-archived": false,
  "feature-revived": null,
  "feature-completed": null,
};

function readChange({ body, instance }: Reading): Transition[] | string {
  const parsed = schema.safeParse(body);
  const id = text(parsed.data?.id);
  if (!parsed.success || id === null) return "id";
  const { type, createdBy, createdAt, featureName, project, environment } = parsed.data;
  const change = text(type);
  const on = lookUp(CHANGES, change);
  return [
    {
      object: {
        identityKind: "exposure",
        source: "unleash",
        instance: instance ?? "unleash",
        externalId: id,
        attempt: 1,
      },
      step: "succeeded",
      at: toIso(createdAt),
      facts: {
        kind: "exposure",
        service: text(project),
        environment: text(environment),
        actor: actorOf(null, createdBy),
        tags: tagsOf({ flag: featureName, change, on }),
      },
    },
  ];
}

export default defineSource({
  name: "unleash",
  title: "Unleash",
  schemes: [{ type: "bearer" }],
  deliveryId: (_headers, body) => text(schema.safeParse(body).data?.id),
  normalise: byEvent({
    name: "unleash",
    title: "Unleash",
    field: "type",
    eventOf: ({ body }) => text(schema.safeParse(body).data?.type),
    readers: Object.fromEntries(Object.keys(CHANGES).map((type): [string, Reader] => [type, readChange])),
  }),
  setup: [
    "Open Configure > Integrations and choose Webhook.",
    "Enter the address above as Webhook URL and Bearer SECRET as Authorization; leave the body template empty.",
    "Choose the events feature-environment-enabled and -disabled, feature-strategy-add, -update and -remove, feature-archived and feature-revived.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      id: 9_000_000_042,
      type: "feature-environment-enabled",
      createdBy: "robin",
      createdAt: "2026-11-20T10:01:30.000Z",
      featureName: "new-basket",
      project: "shop",
      environment: "production",
      data: null,
      preData: null,
      tags: [],
    },
  },
});
