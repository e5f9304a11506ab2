/**
 * Source: Argo CD Notifications with vice's own template (docs/connect.md), which sends the whole application as `app`
 * (Argo CD docs "Notifications", "Webhook" and "Templates").
 *
 * Key: identityKind `deployment`, externalId `<uid of the application>/<start of the operation>`: each sync is one.
 * `syncResult.revision` is a commit of the configuration, not of the service, so it is a tag and no `commitSha`; the
 * version is the tag of the service's own image.
 */
import { z } from "zod";
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { defineSource, type Reading } from "../../../ports/source.ts";
import { byEvent, ignored, type Readout } from "../by-event.ts";
import { dropKeys, KUBERNETES_KEYS } from "../drop-keys.ts";
import { imageOf, ownImage, releaseOf } from "../images.ts";
import { list, loose, part } from "../loose.ts";
import { actorOf, lookUp, tagsOf, text, webHost, webUrl } from "../shaping.ts";
import { environmentIn, metadataSchema } from "./metadata.ts";

const source = part({ repoURL: loose, path: loose, chart: loose, targetRevision: loose });
const operation = part({
  initiatedBy: part({ username: loose, automated: loose }),
  sync: part({ dryRun: loose }),
});
const schema = z.looseObject({
  argocdUrl: loose,
  app: z.looseObject({
    metadata: metadataSchema,
    spec: part({
      source,
      sources: list({ repoURL: loose }),
      destination: part({ namespace: loose, name: loose, server: loose }),
    }),
    status: part({
      health: part({ status: loose }),
      sync: part({ status: loose }),
      summary: part({ images: z.array(z.unknown()).nullish().catch(null) }),
      operationState: part({
        phase: loose,
        message: loose,
        startedAt: loose,
        finishedAt: loose,
        retryCount: loose,
        operation,
        syncResult: part({ revision: loose }),
      }),
    }),
  }),
});
type Body = z.infer<typeof schema>;

/** Phases of an operation (Argo CD, `OperationPhase`). */
const STEP_OF_PHASE: Readonly<Record<string, Step>> = {
  Running: "running",
  Terminating: "running",
  Succeeded: "succeeded",
  Failed: "failed",
  Error: "failed",
};

function pageOf(argocdUrl: unknown, { app: { metadata } }: Body): string | null {
  const base = webUrl(argocdUrl)?.replace(/\/+$/, "");
  const name = text(metadata?.name);
  const within = text(metadata?.namespace);
  if (base === undefined || name === null) return null;
  const path = [within, name].flatMap((one) => (one === null ? [] : encodeURIComponent(one))).join("/");
  return `${base}/applications/${path}`;
}

function factsOf(body: Body, step: Step): Facts {
  const { metadata, spec, status } = body.app;
  const state = status?.operationState;
  const images = status?.summary?.images ?? [];
  const service = text(metadata?.name);
  const repository = spec?.source?.repoURL ?? spec?.sources?.[0]?.repoURL;
  return {
    kind: "deployment",
    service,
    environment: environmentIn(metadata, spec?.destination?.namespace),
    ...releaseOf(ownImage(images, service)),
    startedAt: toIso(state?.startedAt),
    finishedAt: toIso(state?.finishedAt),
    actor: actorOf(null, state?.operation?.initiatedBy?.username),
    url: pageOf(body.argocdUrl, body),
    error: step === "failed" ? text(state?.message) : null,
    tags: tagsOf({
      "argo.cluster": spec?.destination?.name ?? spec?.destination?.server,
      "argo.health": status?.health?.status,
      "argo.images": images.flatMap((image) => text(imageOf(image) === null ? null : image) ?? []).join(", "),
      "argo.phase": state?.phase,
      "argo.retries": state?.retryCount,
      configRepository: webUrl(repository),
      configRevision: state?.syncResult?.revision,
    }),
  };
}

function read({ body, instance }: Reading): Readout {
  const parsed = schema.safeParse(body);
  const state = parsed.data?.app.status?.operationState;
  if (!parsed.success) return "app";
  if (!state || text(state.phase) === null) return ignored("the application has no sync to tell of");
  if (state.operation?.sync?.dryRun === true) return ignored("a dry run changes nothing");
  const uid = text(parsed.data.app.metadata?.uid);
  const startedAt = text(state.startedAt);
  if (uid === null || startedAt === null) return "app.metadata.uid or operationState.startedAt";
  const step = lookUp(STEP_OF_PHASE, text(state.phase)) ?? "observed";
  const host = webHost(parsed.data.argocdUrl);
  const transition: Transition = {
    object: {
      identityKind: "deployment",
      source: "argo-cd",
      instance: instance ?? host ?? "argo-cd",
      externalId: `${uid}/${startedAt}`,
      attempt: 1,
    },
    step,
    at: toIso(step === "running" ? state.startedAt : state.finishedAt),
    facts: factsOf(parsed.data, step),
  };
  return [transition];
}

const isObject = (body: unknown): body is object => typeof body === "object" && body !== null;

export default defineSource({
  name: "argo-cd",
  title: "Argo CD",
  schemes: [{ type: "basic" }],
  deliveryId: () => null,
  redact: (body) => dropKeys(body, KUBERNETES_KEYS),
  normalise: byEvent({
    name: "argo-cd",
    title: "Argo CD",
    field: "app",
    eventOf: ({ body }) => (isObject(body) && "app" in body ? "sync" : null),
    readers: { sync: read },
  }),
  setup: [
    "Put the secret into argocd-notifications-secret, as the key vice-secret.",
    "Add to argocd-notifications-cm the service, template and triggers that stand in docs/connect.md under Argo CD, with the address above as URL.",
    'Subscribe: an annotation notifications.argoproj.io/subscribe.vice-sync.vice: "" on each application, or subscriptions: in argocd-notifications-cm for all.',
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      argocdUrl: "https://argocd.shop.example.com",
      app: {
        metadata: {
          name: "shop",
          namespace: "argocd",
          uid: "7e577e57-77aa-4c0d-8f35-2d9a6f0f7c15",
          labels: { environment: "production" },
        },
        spec: {
          source: {
            repoURL: "https://git.shop.example.com/ops/shop.git",
            path: "prod",
            targetRevision: "main",
          },
          destination: { namespace: "shop", server: "https://kubernetes.default.svc" },
        },
        status: {
          health: { status: "Healthy" },
          sync: { status: "Synced" },
          summary: { images: ["registry.shop.example.com/shop:1.4.2"] },
          operationState: {
            phase: "Succeeded",
            message: "successfully synced (all tasks run)",
            startedAt: "2026-11-20T10:00:00Z",
            finishedAt: "2026-11-20T10:01:30Z",
            operation: { initiatedBy: { username: "robin" } },
            syncResult: { revision: "279484c09fbe69ededfced8c1bb6e6d24616b468" },
          },
        },
      },
    },
  },
});
