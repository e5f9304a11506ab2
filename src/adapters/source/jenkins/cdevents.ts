/** Jenkins' CDEvents plugin: its own dialect, older than the CDEvents that the cloudevents source reads. */
import type { Step } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { actorOf, text } from "../shaping.ts";
import { jobOfUrl, rootOfUrl } from "./place.ts";
import { type JenkinsRun, stepOfResult } from "./run.ts";
import type { CdeventsBody } from "./schema.ts";

/** Where a finished run has no status of Jenkins' own. */
const STEP_OF_OUTCOME: Readonly<Record<string, Step>> = {
  success: "succeeded",
  failure: "failed",
  error: "failed",
};

/** `pipelinerun.started`, ... of a type like `dev.cdevents.pipelinerun.started.0.1.0`. */
export const subjectOf = (type: string): string => type.split(".").slice(2, 4).join(".");

/** @returns the run, what the body lacks, or `null` for an event that vice does not use */
export function runOfCdevent(body: CdeventsBody): JenkinsRun | string | null {
  const subject = subjectOf(body.type);
  if (subject !== "pipelinerun.started" && subject !== "pipelinerun.finished") return null;
  const { build } = body.data;
  const job = jobOfUrl(build.fullUrl) ?? jobOfUrl(body.data.url) ?? text(body.data.name);
  if (job === null) return "neither data.build.fullUrl, data.url nor data.name";
  const at = toIso(body.time);
  const started = subject === "pipelinerun.started";
  return {
    root: rootOfUrl(build.fullUrl),
    job,
    number: build.number,
    step: started ? "running" : finishOf(body),
    at,
    startedAt: started ? at : null,
    duration: build.duration,
    result: build.status,
    parameters: build.parameters,
    scm: build.scmState,
    actor: actorOf(body.data.userName, body.data.userId),
    url: build.fullUrl,
    error: body.errors,
    tags: { "jenkins.queueId": build.queueId },
  };
}

function finishOf({ data, outcome }: CdeventsBody): Step {
  if (text(data.build.status) !== null) return stepOfResult(data.build.status);
  const word = text(outcome)?.toLowerCase() ?? "";
  return (Object.hasOwn(STEP_OF_OUTCOME, word) ? STEP_OF_OUTCOME[word] : undefined) ?? "observed";
}
