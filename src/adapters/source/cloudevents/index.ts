/**
 * Source: CloudEvents 1.0 (structured, binary, batch) carrying CDEvents, and bare CDEvents.
 *
 * Keys: `<subject.id>@<source>` per subject word (`pipelinerun`, `taskrun`, `build`, `change`, ...), source being that of
 * the subject or else of the event. `service.*` events name the service and not its deployment, so each of them is a
 * deployment of its own: `<event id>@<source>` per predicate. Events are the same when (source, type, id) are.
 */
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { cdEventResult, isCdEvent } from "./cdevents.ts";
import { cloudEventOf, eventReadings } from "./envelope.ts";

export { eventReadings } from "./envelope.ts";

/** Normalises one event (no batch). */
function normaliseEvent(reading: Reading): Normalised {
  const event = cloudEventOf(reading);
  if (event === null) return { outcome: "unmapped", reason: "no CloudEvent: type is missing" };
  if (!isCdEvent(event.type))
    return { outcome: "ignored", reason: `cloudevent type "${event.type}" is not used` };
  return cdEventResult(event, reading.instance);
}

/** A batch is accepted when one of its events is; whoever wants a result per item uses `eventReadings`. */
function normalise(reading: Reading): Normalised {
  const results = eventReadings(reading).map(normaliseEvent);
  const transitions = results.flatMap((result) => (result.outcome === "accepted" ? result.transitions : []));
  if (transitions.length > 0) return { outcome: "accepted", transitions };
  const unmapped = results.find(({ outcome }) => outcome === "unmapped");
  return unmapped ?? results[0] ?? { outcome: "ignored", reason: "the batch is empty" };
}

/** CloudEvents specification: source + id is unique for an event; CDEvents senders reuse ids across types. */
function deliveryId(headers: Readonly<Record<string, string>>, body: unknown): string | null {
  const event = Array.isArray(body) ? null : cloudEventOf({ headers, body });
  if (event === null || event.id === null || event.source === null) return null;
  return JSON.stringify([event.source, event.type, event.id]);
}

export default defineSource({
  name: "cloudevents",
  title: "CloudEvents and CDEvents",
  schemes: [{ type: "standard-webhooks" }],
  deliveryId,
  idIsUnique: true,
  split: eventReadings,
  normalise,
  setup: [
    "Point the HTTP sink of your tool (Tekton, Knative, Argo Events, an SDK) at the address above or at /v1/events.",
    "Send CDEvents of version 0.4 or later in structured, binary or batch mode.",
    "Authenticate with `Authorization: Bearer <secret>` or sign by Standard Webhooks.",
  ],
  sample: {
    headers: { "content-type": "application/cloudevents+json" },
    body: {
      specversion: "1.0",
      id: "7e577e57-5b1e-4d8c-9a1d-0f6f3f2f7a10",
      source: "https://deploy.shop.example.com/production",
      type: "dev.cdevents.service.deployed.0.3.0",
      subject: "shop",
      time: "2026-11-20T10:01:30Z",
      datacontenttype: "application/json",
      data: {
        context: {
          specversion: "0.5.1",
          id: "7e577e57-5b1e-4d8c-9a1d-0f6f3f2f7a10",
          source: "https://deploy.shop.example.com/production",
          type: "dev.cdevents.service.deployed.0.3.0",
          timestamp: "2026-11-20T10:01:30Z",
        },
        subject: {
          id: "shop",
          content: {
            environment: { id: "production" },
            artifactId:
              "pkg:oci/shop@sha256%3A0b31b1c0?repository_url=registry.shop.example.com/shop&tag=1.4.2",
          },
        },
      },
    },
  },
});
