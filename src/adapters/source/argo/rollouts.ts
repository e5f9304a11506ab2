/**
 * Source: Argo Rollouts notifications with vice's own template (docs/connect.md), which sends the whole rollout as `rollout`
 * (Argo Rollouts docs "Notifications" and "Rollout Specification").
 *
 * Key: identityKind `deployment`, externalId `<uid of the rollout>/<pod hash>`. Coming back to a pod hash that ran before
 * (a rollback) opens the same key again. A phase has no time of its own but in the conditions; where they are silent the
 * moment of the delivery counts.
 */
import { z } from "zod";
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { defineSource, type Reading } from "../../../ports/source.ts";
import { byEvent, ignored, type Readout } from "../by-event.ts";
import { dropKeys, KUBERNETES_KEYS } from "../drop-keys.ts";
import { ownImage, releaseOf } from "../images.ts";
import { list, loose, part } from "../loose.ts";
import { lookUp, tagsOf, text } from "../shaping.ts";
import { environmentIn, metadataSchema, serviceIn } from "./metadata.ts";

const schema = z.looseObject({
  rollout: z.looseObject({
    metadata: metadataSchema,
    spec: part({ template: part({ spec: part({ containers: list({ name: loose, image: loose }) }) }) }),
    status: part({
      phase: loose,
      message: loose,
      abort: loose,
      abortedAt: loose,
      currentPodHash: loose,
      stableRS: loose,
      currentStepIndex: loose,
      observedGeneration: loose,
      conditions: list({ type: loose, status: loose, lastTransitionTime: loose, lastUpdateTime: loose }),
    }),
  }),
});
type Rollout = z.infer<typeof schema>["rollout"];

/** Phases (Argo Rollouts, `RolloutPhase`); a canary that pauses is still on its way. */
const STEP_OF_PHASE: Readonly<Record<string, Step>> = {
  Progressing: "running",
  Paused: "running",
  Healthy: "succeeded",
  Degraded: "failed",
};

/** Conditions that become true when all is there. */
const DONE = ["Healthy", "Completed"];

function timeOf({ status }: Rollout, step: Step): string | null {
  if (step === "failed") return toIso(status?.abortedAt);
  if (step !== "succeeded") return null;
  const done = (status?.conditions ?? []).filter(
    (one) => DONE.includes(text(one?.type) ?? "") && text(one?.status) === "True",
  );
  const times = done.flatMap((one) => toIso(one?.lastTransitionTime) ?? []).sort();
  return times.at(-1) ?? null;
}

function factsOf(rollout: Rollout, step: Step): Facts {
  const { metadata, spec, status } = rollout;
  const service = serviceIn(metadata);
  const images = (spec?.template?.spec?.containers ?? []).map((container) => container?.image);
  return {
    kind: "deployment",
    service,
    environment: environmentIn(metadata),
    ...releaseOf(ownImage(images, service)),
    error: step === "failed" ? text(status?.message) : null,
    tags: tagsOf({
      "argo.phase": status?.phase,
      "argo.podHash": status?.currentPodHash,
      "argo.rollout": metadata?.name,
      "argo.step": status?.currentStepIndex,
    }),
  };
}

function read({ body, instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return "rollout";
  const { rollout } = parsed.data;
  const uid = text(rollout.metadata?.uid);
  const hash = text(rollout.status?.currentPodHash);
  if (uid === null || hash === null) return "rollout.metadata.uid or status.currentPodHash";
  const step = lookUp(STEP_OF_PHASE, text(rollout.status?.phase)) ?? "observed";
  const observed = text(rollout.status?.observedGeneration);
  const generation = text(rollout.metadata?.generation);
  // The status is still that of the former specification.
  if (observed !== null && generation !== null && observed !== generation)
    return ignored("the controller has not seen this generation yet");
  const transition: Transition = {
    object: {
      identityKind: "deployment",
      source: "argo-rollouts",
      instance: instance ?? "argo-rollouts",
      externalId: `${uid}/${hash}`,
      attempt: 1,
    },
    step,
    at: timeOf(rollout, step),
    ...(step === "running" ? { reopens: true } : {}),
    facts: factsOf(rollout, step),
  };
  return [transition];
}

const isObject = (body: unknown): body is object => typeof body === "object" && body !== null;

export default defineSource({
  name: "argo-rollouts",
  title: "Argo Rollouts",
  schemes: [{ type: "basic" }],
  deliveryId: () => null,
  redact: (body) => dropKeys(body, KUBERNETES_KEYS),
  normalise: byEvent({
    name: "argo-rollouts",
    title: "Argo Rollouts",
    field: "rollout",
    eventOf: ({ body }) => (isObject(body) && "rollout" in body ? "rollout" : null),
    readers: { rollout: read },
  }),
  setup: [
    "Put the secret into argo-rollouts-notification-secret, as the key vice-secret.",
    "Add to argo-rollouts-notification-configmap the service, template and triggers that stand in docs/connect.md under Argo Rollouts, with the address above as URL.",
    'Subscribe: an annotation notifications.argoproj.io/subscribe.vice-rollout.vice: "" on each Rollout.',
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      rollout: {
        metadata: {
          name: "shop",
          namespace: "production",
          uid: "7e577e57-77aa-4c0d-8f35-2d9a6f0f7c16",
          generation: 7,
          labels: { "app.kubernetes.io/name": "shop" },
        },
        spec: {
          template: {
            spec: { containers: [{ name: "shop", image: "registry.shop.example.com/shop:1.4.2" }] },
          },
        },
        status: {
          phase: "Healthy",
          observedGeneration: "7",
          currentPodHash: "6d4cf56db6",
          stableRS: "6d4cf56db6",
          currentStepIndex: 4,
          conditions: [
            { type: "Completed", status: "True", lastTransitionTime: "2026-11-20T10:01:20Z" },
            { type: "Healthy", status: "True", lastTransitionTime: "2026-11-20T10:01:30Z" },
          ],
        },
      },
    },
  },
});
