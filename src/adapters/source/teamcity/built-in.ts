/** TeamCity's built-in webhooks: the event's name and a build as in the REST API. */
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { environmentIn, givenByVice, parameterTags, versionIn } from "../parameters.ts";
import { actorOf, sha, tagsOf, text, webUrl } from "../shaping.ts";
import { keyOf, versionOfNumber } from "./build-key.ts";
import { type BuiltIn, propertiesOf } from "./schema.ts";

type Build = BuiltIn["payload"];
type TimeField = "queuedDate" | "startDate" | "finishDate";

/**
 * Events of a build, each with the step it means and the field that tells when (the start, where the event has no time
 * of its own). `finished` depends on the status.
 */
const EVENTS: Readonly<Record<string, { step: Step | "finished"; time: TimeField }>> = {
  BUILD_TYPE_ADDED_TO_QUEUE: { step: "queued", time: "queuedDate" },
  CHANGES_LOADED: { step: "observed", time: "startDate" },
  BUILD_STARTED: { step: "running", time: "startDate" },
  BUILD_PROBLEMS_CHANGED: { step: "observed", time: "startDate" },
  BUILD_FINISHED: { step: "finished", time: "finishDate" },
  BUILD_INTERRUPTED: { step: "canceled", time: "finishDate" },
};

/** Without a status (a chosen list of fields) how it ended is not known. */
const STEP_OF_STATUS: Readonly<Record<string, Step>> = {
  SUCCESS: "succeeded",
  FAILURE: "failed",
  ERROR: "failed",
  UNKNOWN: "canceled",
};

/** `null` = an event that vice does not use, text = what a used one lacks. */
export function builtInTransition(
  { eventType, payload }: BuiltIn,
  instance: string | null,
): Transition | string | null {
  const event = Object.hasOwn(EVENTS, eventType) ? EVENTS[eventType] : undefined;
  if (event === undefined) return null;
  const buildTypeId = payload.buildTypeId ?? payload.buildType?.id;
  const object = keyOf(
    { id: payload.id, number: payload.number, buildTypeId, serverUrl: payload.webUrl },
    instance,
  );
  if (object === null) return "neither payload.id nor payload.buildTypeId with payload.number";
  const step = event.step === "finished" ? finishOf(payload.status) : event.step;
  const at = toIso(payload[event.time]);
  return { object, step, at, facts: factsOf(payload, text(buildTypeId), step) };
}

const finishOf = (status: unknown): Step =>
  (typeof status === "string" && Object.hasOwn(STEP_OF_STATUS, status)
    ? STEP_OF_STATUS[status]
    : undefined) ?? "observed";

function factsOf(build: Build, buildTypeId: string | null, step: Step): Facts {
  const parameters = propertiesOf(build.properties?.property);
  const revision = build.revisions?.revision?.[0];
  const { commitSha, shortSha } = sha(revision?.version);
  const canceledBy = build.canceledInfo?.user;
  const by = build.triggered?.user;
  const tags = tagsOf({
    shortSha,
    "teamcity.canceledBy": actorOf(null, canceledBy?.username ?? canceledBy?.name)?.login,
    "teamcity.number": build.number,
    "teamcity.project": build.buildType?.projectName,
  });
  return {
    kind: "build",
    service: buildTypeId,
    environment: environmentIn(parameters),
    version: versionIn(parameters) ?? versionOfNumber(build.number),
    commitSha,
    ref: text(build.branchName ?? revision?.vcsBranchName)?.replace(/^refs\/heads\//, "") ?? null,
    createdAt: toIso(build.queuedDate),
    startedAt: toIso(build.startDate),
    actor: actorOf(by?.name, by?.username),
    url: webUrl(build.webUrl),
    error:
      step === "failed"
        ? text(build.statusText)
        : step === "canceled"
          ? text(build.canceledInfo?.text)
          : null,
    tags: { ...parameterTags(parameters, 40 - Object.keys(tags).length), ...tags },
    ...givenByVice(parameters),
  };
}
