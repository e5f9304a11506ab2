/**
 * Kubernetes events, of `v1` and of `events.k8s.io/v1` (Kubernetes API reference "Event"). "Consumers should not rely on the
 * timing of an event with a given Reason": so an event is a note without a status, never a start or an end of anything.
 */
import { z } from "zod";
import type { Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { ignored, type Readout } from "../by-event.ts";
import { loose, part } from "../loose.ts";
import { tagsOf, text } from "../shaping.ts";

const about = part({
  kind: loose,
  name: loose,
  namespace: loose,
  labels: z.record(z.string(), z.unknown()).nullish().catch(null),
});
const schema = z.looseObject({
  metadata: part({ uid: loose, namespace: loose, creationTimestamp: loose }),
  /** Since 1.19; older ones and exporters say `involvedObject` and `message`. */
  regarding: about,
  involvedObject: about,
  note: loose,
  message: loose,
  reason: loose,
  type: loose,
  eventTime: loose,
  series: part({ count: loose, lastObservedTime: loose }),
  firstTimestamp: loose,
  deprecatedFirstTimestamp: loose,
  lastTimestamp: loose,
  deprecatedLastTimestamp: loose,
  count: loose,
  deprecatedCount: loose,
  reportingController: loose,
  clusterName: loose,
});
type KubernetesEvent = z.infer<typeof schema>;

/** The letters that Kubernetes draws suffixes from (`k8s.io/apimachinery`, `rand.SafeEncodeString`). */
const SAFE = "[bcdfghjklmnpqrstvwxz2456789]";
const POD = new RegExp(`^(.+)-${SAFE}{6,10}-${SAFE}{5}$`);
const REPLICA_SET = new RegExp(`^(.+)-${SAFE}{6,10}$`);

/** The workload that an object belongs to: its label, or its name without what a Deployment adds to it. */
function serviceOf(event: KubernetesEvent): string | null {
  const object = event.regarding ?? event.involvedObject;
  const labelled = text(object?.labels?.["app.kubernetes.io/name"]) ?? text(object?.labels?.["app"]);
  if (labelled !== null) return labelled;
  const name = text(object?.name);
  const kind = text(object?.kind);
  const pattern = kind === "Pod" ? POD : kind === "ReplicaSet" ? REPLICA_SET : null;
  return (pattern === null ? null : pattern.exec(name ?? "")?.[1]) ?? name;
}

const firstTime = (values: readonly unknown[]): string | null =>
  values.map((value) => toIso(value)).find((time) => time !== null) ?? null;

export function readEvent(body: unknown, { instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return "the event";
  const event = parsed.data;
  const id = text(event.metadata?.uid);
  const reason = text(event.reason);
  if (id === null || reason === null) return "metadata.uid or reason";
  const object = event.regarding ?? event.involvedObject;
  if (!object) return "regarding";
  const cluster = text(event.clusterName);
  const { series } = event;
  const last = firstTime([series?.lastObservedTime, event.lastTimestamp, event.deprecatedLastTimestamp]);
  const first = firstTime([
    event.eventTime,
    event.firstTimestamp,
    event.deprecatedFirstTimestamp,
    event.metadata?.creationTimestamp,
  ]);
  const transition: Transition = {
    object: {
      identityKind: "action",
      source: "kubernetes",
      instance: instance ?? cluster ?? "kubernetes",
      externalId: id,
      attempt: 1,
    },
    step: "observed",
    at: last ?? first,
    facts: {
      kind: "action",
      service: serviceOf(event),
      environment: text(object.namespace) ?? text(event.metadata?.namespace),
      createdAt: first,
      tags: tagsOf({
        name: reason,
        title: event.note ?? event.message,
        count: series?.count ?? event.count ?? event.deprecatedCount,
        "kubernetes.cluster": cluster,
        "kubernetes.object": `${text(object.kind) ?? "?"}/${text(object.name) ?? "?"}`,
        "kubernetes.type": event.type,
      }),
    },
  };
  return [transition];
}

/** A namespace of no use: what Kubernetes keeps for itself to choose its leaders. */
export const isLease = (body: unknown): boolean => {
  const event = schema.safeParse(body).data;
  return text((event?.regarding ?? event?.involvedObject)?.kind) === "Lease";
};

export const LEASE = ignored("a change of leader inside Kubernetes is not used");
