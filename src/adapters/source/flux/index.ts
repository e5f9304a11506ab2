/**
 * Source: Flux's notification controller, provider `generic-hmac` (Flux docs "Providers", "Events" and "Flux events").
 *
 * There is no status field: severity and reason together tell it. An event of severity `error` is a failure of its own
 * (`<uid>/<revision>/failed`), because Flux tries the same revision again until it is there; getting there is the
 * deployment `<uid>/<revision>`. Repetitions (each interval tells of success again) change nothing: the first end counts.
 * Equal events are held back for five minutes by Flux, so that silence is no success.
 */
import { z } from "zod";
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { defineSource, type Reading } from "../../../ports/source.ts";
import { byEvent, ignored, type Reader, type Readout } from "../by-event.ts";
import { loose, part } from "../loose.ts";
import { sha, tagsOf, text } from "../shaping.ts";

const schema = z.looseObject({
  involvedObject: z.looseObject({ kind: loose, name: loose, namespace: loose, uid: loose }),
  metadata: z.record(z.string(), z.unknown()).nullish().catch(null),
  severity: loose,
  reason: loose,
  message: loose,
  timestamp: loose,
  reportingController: loose,
});
type FluxEvent = z.infer<typeof schema>;
const kindSchema = z.looseObject({ involvedObject: part({ kind: loose }) });

/** Newer controllers cut the group from the key: `kustomize.toolkit.fluxcd.io/revision` or `revision`. */
function metadataOf({ metadata }: FluxEvent, name: string): string | null {
  const key = Object.keys(metadata ?? {}).find(
    (one) => one === name || one.endsWith(`.toolkit.fluxcd.io/${name}`),
  );
  return key === undefined ? null : text(metadata?.[key]);
}

/** `main@sha1:<sha>`, `main/<sha>` of older ones, `sha1:<sha>`; of a chart its version, `6.5.0` or `6.5.0+1`. */
function revisionOf(revision: string): Pick<Facts, "ref" | "commitSha" | "version"> {
  const [, ref = null, commit = null] =
    /^(?:(.+?)[@/])?(?:sha(?:1|256):)?([0-9a-f]{40}|[0-9a-f]{64})$/.exec(revision) ?? [];
  const { commitSha } = sha(commit);
  return commitSha === null ? { version: revision } : { ref, commitSha };
}

/** `null` = it says nothing about how it stands: waiting for another object, a note. */
function stepOf({ severity, reason }: FluxEvent): Step | null {
  if (text(severity) === "error") return "failed";
  if (text(severity) !== "info") return null;
  const word = text(reason) ?? "";
  if (word === "Progressing") return "running";
  // TestSucceeded and UninstallSucceeded end no installation.
  return /^(Reconciliation|Install|Upgrade|Rollback)Succeeded$/.test(word) ? "succeeded" : null;
}

const keyOf = (
  event: FluxEvent,
  uid: string,
  revision: string,
  step: Step,
  instance: string | null,
): ObjectKey => {
  // Values of a release may change without its chart: then only the token differs.
  const token = text(event.involvedObject.kind) === "HelmRelease" ? metadataOf(event, "token") : null;
  const parts = [uid, revision, ...(token === null ? [] : [token]), ...(step === "failed" ? ["failed"] : [])];
  return {
    ...{ identityKind: "deployment", source: "flux", instance: instance ?? "flux" },
    ...{ externalId: parts.join("/"), attempt: 1 },
  };
};

function read({ body, instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return "involvedObject";
  const event = parsed.data;
  const { involvedObject: about, message, reason } = event;
  const step = stepOf(event);
  if (step === null)
    return ignored(`flux reason "${text(reason, 100)}" (${text(event.severity, 20)}) is not used`);
  const uid = text(about.uid) ?? [text(about.namespace), text(about.name)].join("/");
  const revision = metadataOf(event, "revision");
  if (revision === null) return ignored("without a revision it is no deployment");
  const appVersion = metadataOf(event, "app-version");
  const transition: Transition = {
    object: keyOf(event, uid, revision, step, instance),
    step,
    at: toIso(event.timestamp),
    facts: {
      kind: "deployment",
      ...(text(reason) === "RollbackSucceeded" ? { deploymentKind: "rollback" as const } : {}),
      service: text(about.name),
      environment: metadataOf(event, "environment") ?? metadataOf(event, "env") ?? text(about.namespace),
      ...revisionOf(revision),
      ...(appVersion === null ? {} : { version: appVersion }),
      error: step === "failed" ? text(message) : null,
      tags: tagsOf({
        "flux.cluster": metadataOf(event, "cluster"),
        "flux.kind": about.kind,
        "flux.namespace": about.namespace,
        "flux.reason": reason,
        "flux.revision": revision,
        originRevision: metadataOf(event, "originRevision"),
      }),
    },
  };
  return [transition];
}

/** Sources (GitRepository, HelmChart, ...) are fetched, not deployed. */
const readers: Readonly<Record<string, Reader>> = { Kustomization: read, HelmRelease: read };

export default defineSource({
  name: "flux",
  title: "Flux",
  schemes: [{ type: "hmac-hex", header: "x-signature", prefix: "sha256=", algorithm: "sha256" }],
  deliveryId: () => null,
  normalise: byEvent({
    name: "flux",
    title: "Flux",
    field: "involvedObject.kind",
    eventOf: ({ body }) => text(kindSchema.safeParse(body).data?.involvedObject?.kind),
    readers,
  }),
  setup: [
    "kubectl create secret generic vice --namespace flux-system --from-literal=token=SECRET",
    "Make a Provider (notification.toolkit.fluxcd.io/v1beta3) of type generic-hmac with the address above as spec.address and secretRef.name: vice.",
    "Make an Alert with that provider, eventSeverity: info, and eventSources of kind Kustomization and HelmRelease with name: '*'.",
    "Name the place with spec.eventMetadata: { environment: production, cluster: eu-1 }; without it the namespace counts.",
  ],
  sample: {
    headers: { "content-type": "application/json", "gotk-component": "kustomize-controller" },
    body: {
      involvedObject: {
        apiVersion: "kustomize.toolkit.fluxcd.io/v1",
        kind: "Kustomization",
        name: "shop",
        namespace: "production",
        uid: "7e577e57-77aa-4c0d-8f35-2d9a6f0f7c17",
      },
      metadata: {
        "kustomize.toolkit.fluxcd.io/revision": "main@sha1:279484c09fbe69ededfced8c1bb6e6d24616b468",
        cluster: "eu-1",
      },
      severity: "info",
      reason: "ReconciliationSucceeded",
      message: "Reconciliation finished in 5.2s, next run in 10m0s",
      reportingController: "kustomize-controller",
      timestamp: "2026-11-20T10:01:30Z",
    },
  },
});
