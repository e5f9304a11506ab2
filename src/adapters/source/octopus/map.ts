/** From an Octopus event to a transition of its deployment, with the names that its own message brings. */
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { actorOf, tagsOf, text, webHost, webUrl } from "../shaping.ts";
import type { OctopusEvent } from "./schema.ts";

/**
 * Event categories (Octopus documentation "Subscriptions" and the list at `/api/events/categories`). The task and
 * interruption events count only where they name a deployment; the same categories occur for runbooks and health checks.
 */
const STEP_OF: Readonly<Record<string, Step>> = {
  DeploymentQueued: "queued",
  DeploymentStarted: "running",
  DeploymentResumed: "running",
  DeploymentSucceeded: "succeeded",
  DeploymentFailed: "failed",
  DeploymentTimedOut: "failed",
  DeploymentCanceled: "canceled",
  TaskCanceled: "canceled",
  TaskTimedOut: "failed",
  ManualInterventionInterruptionRaised: "waiting",
  GuidedFailureInterruptionRaised: "waiting",
};

/** `null` = an event that vice does not use, text = what a used one lacks. */
export function transitionOf(
  event: OctopusEvent,
  serverUri: unknown,
  instance: string | null,
): Transition | string | null {
  const step = Object.hasOwn(STEP_OF, event.Category) ? STEP_OF[event.Category] : undefined;
  if (step === undefined) return null;
  const ids = documentIds(event);
  const deployment = ids.find((id) => id.startsWith("Deployments-"));
  if (deployment === undefined)
    return event.Category.startsWith("Deployment") ? "no Deployments-... id" : null;
  const object: ObjectKey = {
    identityKind: "deployment",
    source: "octopus",
    instance: instance ?? webHost(serverUri) ?? "octopus",
    externalId: deployment,
    attempt: 1,
  };
  const at = toIso(event.Occurred);
  return { object, step, at, facts: factsOf(event, ids, deployment, step, at, serverUri) };
}

const TIME_OF_STEP: Partial<Record<Step, "startedAt" | "createdAt">> = {
  running: "startedAt",
  queued: "createdAt",
};

function factsOf(
  event: OctopusEvent,
  ids: readonly string[],
  deployment: string,
  step: Step,
  at: string | null,
  serverUri: unknown,
): Facts {
  const name = (prefix: string): string | null => nameOf(event, prefix);
  const id = (prefix: string): string | null => ids.find((one) => one.startsWith(prefix)) ?? null;
  const timeKey = TIME_OF_STEP[step];
  return {
    kind: "deployment",
    service: name("Projects-"),
    environment: name("Environments-"),
    tenant: name("Tenants-"),
    version: name("Releases-"),
    ...(timeKey === undefined ? {} : { [timeKey]: at }),
    actor: actorOf(null, event.Username),
    url: deploymentUrl(serverUri, text(event.SpaceId), deployment),
    error: step === "failed" ? (text(event.Comments) ?? text(event.Details) ?? text(event.Message)) : null,
    tags: tagsOf({
      "octopus.channel": name("Channels-") ?? id("Channels-"),
      "octopus.environmentId": id("Environments-"),
      "octopus.projectId": id("Projects-"),
      "octopus.releaseId": id("Releases-"),
      "octopus.spaceId": event.SpaceId,
      "octopus.taskId": id("ServerTasks-"),
      "octopus.tenantId": id("Tenants-"),
    }),
  };
}

/** Ids of all documents that the event is about, those of the message first. */
function documentIds(event: OctopusEvent): string[] {
  const named = (event.MessageReferences ?? []).flatMap((one) =>
    one === null ? [] : [one.ReferencedDocumentId],
  );
  const related = (event.RelatedDocumentIds ?? []).flatMap((id) => (typeof id === "string" ? [id] : []));
  return [...named, ...related];
}

/** The slice of `Message` that stands for a document; offsets, because the words between differ by version. */
function nameOf(
  { Message: message, MessageReferences: references }: OctopusEvent,
  prefix: string,
): string | null {
  const found = (references ?? []).find((one) => one?.ReferencedDocumentId.startsWith(prefix));
  if (!found || !message || found.StartIndex + found.Length > message.length) return null;
  return text(message.slice(found.StartIndex, found.StartIndex + found.Length));
}

function deploymentUrl(serverUri: unknown, space: string | null, deployment: string): string | null {
  const base = webUrl(serverUri)?.replace(/\/+$/, "");
  return base === undefined
    ? null
    : `${base}/app#/${space === null ? "" : `${space}/`}deployments/${deployment}`;
}
