/**
 * The state of a Deployment, as `kubectl rollout status` reads it (Kubernetes docs "Deployments", "Deployment status").
 * Each revision of its pod template is one deployment; scaling changes no revision.
 */
import { z } from "zod";
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { environmentIn, metadataSchema, serviceIn } from "../argo/metadata.ts";
import { ignored, type Readout } from "../by-event.ts";
import { ownImage, releaseOf } from "../images.ts";
import { list, loose, part } from "../loose.ts";
import { tagsOf, text } from "../shaping.ts";

const schema = z.looseObject({
  metadata: metadataSchema,
  spec: part({
    replicas: loose,
    template: part({ spec: part({ containers: list({ name: loose, image: loose }) }) }),
  }),
  status: part({
    observedGeneration: loose,
    replicas: loose,
    updatedReplicas: loose,
    availableReplicas: loose,
    conditions: list({ type: loose, status: loose, reason: loose, message: loose, lastUpdateTime: loose }),
  }),
});
type Deployment = z.infer<typeof schema>;

const REVISION = "deployment.kubernetes.io/revision";

/** A count that is missing is 0. */
const count = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);

const progressOf = ({ status }: Deployment) =>
  status?.conditions?.find((one) => text(one?.type) === "Progressing") ?? null;

function stepOf(deployment: Deployment): Step {
  const { spec, status } = deployment;
  if (text(progressOf(deployment)?.reason) === "ProgressDeadlineExceeded") return "failed";
  const wanted = typeof spec?.replicas === "number" ? spec.replicas : 1;
  const updated = count(status?.updatedReplicas);
  const done =
    updated === wanted && count(status?.replicas) === updated && count(status?.availableReplicas) === updated;
  return done ? "succeeded" : "running";
}

function factsOf(deployment: Deployment, step: Step): Facts {
  const { metadata, spec } = deployment;
  const service = serviceIn(metadata);
  const containers = spec?.template?.spec?.containers ?? [];
  return {
    kind: "deployment",
    service,
    environment: environmentIn(metadata),
    ...releaseOf(
      ownImage(
        containers.map((one) => one?.image),
        service,
      ),
    ),
    error: step === "failed" ? text(progressOf(deployment)?.message) : null,
    tags: tagsOf({
      "kubernetes.deployment": metadata?.name,
      "kubernetes.namespace": metadata?.namespace,
      "kubernetes.revision": metadata?.annotations?.[REVISION],
      changeCause: metadata?.annotations?.["kubernetes.io/change-cause"],
    }),
  };
}

export function readRollout(body: unknown, { instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return "the Deployment";
  const deployment = parsed.data;
  const { metadata, status } = deployment;
  const uid = text(metadata?.uid);
  const revision = text(metadata?.annotations?.[REVISION]);
  if (uid === null) return "metadata.uid";
  if (revision === null || count(status?.observedGeneration) < count(metadata?.generation))
    return ignored("the controller has not seen this generation yet");
  const step = stepOf(deployment);
  const transition: Transition = {
    object: {
      identityKind: "deployment",
      source: "kubernetes",
      instance: instance ?? "kubernetes",
      externalId: `${uid}/${revision}`,
      attempt: 1,
    },
    step,
    at: toIso(progressOf(deployment)?.lastUpdateTime),
    facts: factsOf(deployment, step),
  };
  return [transition];
}
