/**
 * Source: objects of Kubernetes, as an exporter or a watch posts them: events, and Deployments where somebody sends them.
 *
 * Keys: event `action` with `metadata.uid`; rollout `deployment` with `<uid>/<revision>`. A watch envelope (`{type, object}`)
 * is taken as well as the object itself. Kubernetes sends nothing by itself and signs nothing.
 */
import { defineSource, type Reading } from "../../../ports/source.ts";
import { byEvent, type Readout } from "../by-event.ts";
import { dropKeys, KUBERNETES_KEYS } from "../drop-keys.ts";
import { text } from "../shaping.ts";
import { isLease, LEASE, readEvent } from "./event.ts";
import { readRollout } from "./rollout.ts";
import { sample } from "./sample.ts";

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a watch wraps (`ADDED`, `MODIFIED`, `DELETED`), else the body. */
function objectIn(body: unknown): Record<string, unknown> | null {
  if (!isObject(body)) return null;
  return isObject(body["object"]) && text(body["type"]) !== null ? body["object"] : body;
}

const isDeleted = (body: unknown): boolean =>
  isObject(body) && isObject(body["object"]) && body["type"] === "DELETED";

/** Exporters leave the kind of an event out. */
function kindOf({ body }: Reading): string | null {
  const object = objectIn(body);
  if (object === null || isDeleted(body)) return object === null ? null : "DELETED";
  return text(object["kind"]) ?? ("involvedObject" in object || "regarding" in object ? "Event" : null);
}

const event = (reading: Reading): Readout =>
  isLease(objectIn(reading.body)) ? LEASE : readEvent(objectIn(reading.body), reading);

export default defineSource({
  name: "kubernetes",
  title: "Kubernetes",
  schemes: [{ type: "bearer" }],
  deliveryId: () => null,
  redact: (body) => dropKeys(body, KUBERNETES_KEYS),
  normalise: byEvent({
    name: "kubernetes",
    title: "Kubernetes",
    field: "kind",
    eventOf: kindOf,
    readers: { Event: event, Deployment: (reading) => readRollout(objectIn(reading.body), reading) },
  }),
  setup: [
    "Run an exporter of events with a webhook receiver (kubernetes-event-exporter, Argo Events, Robusta) and give it the address above.",
    "Add the header Authorization: Bearer SECRET.",
    "Choose what is sent: warnings and what concerns your workloads. Events are notes beside the rest, and never a deployment.",
    "For rollouts without Argo CD or Flux let the same tool send Deployment objects (apps/v1) when they change.",
  ],
  sample,
});
