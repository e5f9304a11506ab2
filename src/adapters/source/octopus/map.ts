/** From an Octopus event to a transition of its deployment or runbook run, with the names that its own message brings. */
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { actorOf, lookUp, tagsOf, text, webHost, webUrl } from "../shaping.ts";
import type { OctopusEvent } from "./schema.ts";

/**
 * Event categories (Octopus documentation "Subscriptions" and the list at `/api/events/categories`): of a deployment and of
 * a runbook run alike, `DeploymentQueued` and `RunbookRunQueued`.
 */
const STEP_OF_END: Readonly<Record<string, Step>> = {
  Queued: "queued",
  Started: "running",
  Resumed: "running",
  Succeeded: "succeeded",
  Failed: "failed",
  TimedOut: "failed",
  Canceled: "canceled",
};

/** Task and interruption events count where they name one of the two; the same ones occur for health checks and others. */
const STEP_OF_TASK: Readonly<Record<string, Step>> = {
  TaskCanceled: "canceled",
  TaskTimedOut: "failed",
  ManualInterventionInterruptionRaised: "waiting",
  GuidedFailureInterruptionRaised: "waiting",
};

/** A runbook changes no version of anything: it restarts, backs up, cleans; so it is an `action` and never runs anywhere. */
const SUBJECTS = [
  { category: /^Deployment([A-Z][A-Za-z]+)$/, prefix: "Deployments-", kind: "deployment" },
  { category: /^RunbookRun([A-Z][A-Za-z]+)$/, prefix: "RunbookRuns-", kind: "action" },
] as const;

interface Subject {
  step: Step;
  id: string;
  kind: (typeof SUBJECTS)[number]["kind"];
}

/** `null` = not used, text = what a used one lacks. */
function subjectOf({ Category: category }: OctopusEvent, ids: readonly string[]): Subject | string | null {
  const taskStep = lookUp(STEP_OF_TASK, category);
  for (const { category: pattern, prefix, kind } of SUBJECTS) {
    const ownStep = lookUp(STEP_OF_END, pattern.exec(category)?.[1] ?? null);
    const step = ownStep ?? taskStep;
    const id = ids.find((one) => one.startsWith(prefix));
    if (step !== undefined && id !== undefined) return { step, id, kind };
    if (ownStep !== undefined) return `no ${prefix}... id`;
  }
  return null;
}

/** `null` = an event that vice does not use, text = what a used one lacks. */
export function transitionOf(
  event: OctopusEvent,
  serverUri: unknown,
  instance: string | null,
): Transition | string | null {
  const ids = documentIds(event);
  const subject = subjectOf(event, ids);
  if (subject === null || typeof subject === "string") return subject;
  const object: ObjectKey = {
    identityKind: subject.kind,
    source: "octopus",
    instance: instance ?? webHost(serverUri) ?? "octopus",
    externalId: subject.id,
    attempt: 1,
  };
  const { step } = subject;
  const at = toIso(event.Occurred);
  return { object, step, at, facts: factsOf(event, ids, subject, at, serverUri) };
}

const TIME_OF_STEP: Partial<Record<Step, "startedAt" | "createdAt">> = {
  running: "startedAt",
  queued: "createdAt",
};

function factsOf(
  event: OctopusEvent,
  ids: readonly string[],
  { step, id: subject, kind }: Subject,
  at: string | null,
  serverUri: unknown,
): Facts {
  const name = (prefix: string): string | null => nameOf(event, prefix);
  const id = (prefix: string): string | null => ids.find((one) => one.startsWith(prefix)) ?? null;
  const timeKey = TIME_OF_STEP[step];
  return {
    kind,
    service: name("Projects-"),
    environment: name("Environments-"),
    tenant: name("Tenants-"),
    version: name("Releases-"),
    ...(timeKey === undefined ? {} : { [timeKey]: at }),
    actor: actorOf(null, event.Username),
    // The page of a runbook run stands below its project, whose short name no event has.
    url: kind === "deployment" ? deploymentUrl(serverUri, text(event.SpaceId), subject) : null,
    error: step === "failed" ? (text(event.Comments) ?? text(event.Details) ?? text(event.Message)) : null,
    tags: tagsOf({
      "octopus.channel": name("Channels-") ?? id("Channels-"),
      "octopus.environmentId": id("Environments-"),
      "octopus.projectId": id("Projects-"),
      "octopus.releaseId": id("Releases-"),
      "octopus.runbook": name("Runbooks-"),
      "octopus.runbookId": id("Runbooks-"),
      "octopus.snapshotId": id("RunbookSnapshots-"),
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
