/** The tcWebHooks plugin: one flat object, sent several times for one end (finished, successful, fixed). */
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { environmentIn, givenByVice, parameterTags, versionIn } from "../parameters.ts";
import { actorOf, tagsOf, text, webUrl } from "../shaping.ts";
import { keyOf, versionOfNumber } from "./build-key.ts";
import { propertiesOf, type TcWebHooks } from "./schema.ts";

type Build = TcWebHooks["build"];

/** `BuildStateEnum` of tcWebHooks, compared without case; `finished` depends on the result. */
const STEPS: Readonly<Record<string, Step | "finished">> = {
  buildaddedtoqueue: "queued",
  buildstarted: "running",
  changesloaded: "observed",
  beforebuildfinish: "observed",
  buildfinished: "finished",
  buildsuccessful: "succeeded",
  buildfixed: "succeeded",
  buildfailed: "failed",
  buildbroken: "failed",
  buildinterrupted: "canceled",
};

/** `buildStatus` is free text ("Tests passed: 27"): only `buildResult` counts. */
const STEP_OF_RESULT: Readonly<Record<string, Step>> = { success: "succeeded", failure: "failed" };

/** `null` = an event that vice does not use, text = what a used one lacks. */
export function tcWebHooksTransition(
  { build }: TcWebHooks,
  instance: string | null,
): Transition | string | null {
  const event = build.notifyType.toLowerCase();
  const known = Object.hasOwn(STEPS, event) ? STEPS[event] : undefined;
  if (known === undefined) return null;
  const buildTypeId = build.buildTypeId ?? build.buildExternalTypeId;
  const serverUrl = build.rootUrl ?? build.buildStatusUrl;
  const object = keyOf({ id: build.buildId, buildTypeId, number: build.buildNumber, serverUrl }, instance);
  if (object === null) return "neither build.buildId nor build.buildTypeId with build.buildNumber";
  const step = known === "finished" ? finishOf(build.buildResult) : known;
  return { object, step, at: timeOf(build, step), facts: factsOf(build, text(buildTypeId), step) };
}

const finishOf = (result: unknown): Step =>
  (typeof result === "string" && Object.hasOwn(STEP_OF_RESULT, result)
    ? STEP_OF_RESULT[result]
    : undefined) ?? "observed";

/** The stock JSON has no times; templates may add them. */
function timeOf(build: Build, step: Step): string | null {
  const own = step === "running" ? build.buildStartTime : step === "queued" ? null : build.buildFinishTime;
  return toIso(own) ?? toIso(build.currentTime);
}

function factsOf(build: Build, buildTypeId: string | null, step: Step): Facts {
  const agent = propertiesOf(build.teamcityProperties);
  const parameters = { ...propertiesOf(build.extraParameters) };
  const all = { ...agent, ...parameters };
  const tags = tagsOf({
    "teamcity.name": build.buildFullName,
    "teamcity.number": build.buildNumber,
    "teamcity.project": build.projectName,
  });
  return {
    kind: "build",
    service: buildTypeId,
    environment: environmentIn(all),
    version: versionIn(all) ?? versionOfNumber(build.buildNumber),
    ref: text(build.branchName)?.replace(/^refs\/heads\//, "") ?? null,
    startedAt: toIso(build.buildStartTime),
    actor: actorOf(build.triggeredBy, null),
    url: webUrl(build.buildStatusUrl),
    error: step === "failed" ? text(build.buildStatus) : null,
    tags: { ...parameterTags(parameters, 40 - Object.keys(tags).length), ...tags },
    ...givenByVice(all),
  };
}
