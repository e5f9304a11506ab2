/** The notification plugin: one body by phase. */

import type { Step } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import { text } from "../shaping.ts";
import { jobOfUrl, rootOfUrl } from "./place.ts";
import { type JenkinsRun, stepOfResult } from "./run.ts";
import type { NotificationBody } from "./schema.ts";

/**
 * Phases (`Phase.java`, `JobListener.java`). `timestamp` is in milliseconds: queue entry, start, start + duration, or the
 * moment of finalizing. COMPLETED and FINALIZED both carry the result; the earlier one sets the finish.
 */
const STEP_OF_PHASE: Readonly<Record<string, Step | "ended">> = {
  QUEUED: "queued",
  STARTED: "running",
  COMPLETED: "ended",
  FINALIZED: "ended",
  NONE: "observed",
};

/** @returns the run, or what the body lacks; an unknown phase only fills facts */
export function runOfNotification(body: NotificationBody): JenkinsRun | string {
  const { build } = body;
  const job = jobOfUrl(build.full_url) ?? jobOfUrl(build.url) ?? jobOfUrl(body.url) ?? text(body.name);
  if (job === null) return "neither build.full_url, url nor name";
  const phase = build.phase.toUpperCase();
  const known = (Object.hasOwn(STEP_OF_PHASE, phase) ? STEP_OF_PHASE[phase] : undefined) ?? "observed";
  const step = known === "ended" ? stepOfResult(build.status) : known;
  const at = toIso(build.timestamp);
  return {
    root: rootOfUrl(build.full_url),
    job,
    number: build.number,
    step,
    at,
    startedAt: step === "running" ? at : null,
    createdAt: step === "queued" ? at : null,
    duration: build.duration,
    result: build.status,
    parameters: build.parameters,
    scm: build.scm,
    url: build.full_url,
    tags: { "jenkins.queueId": build.queue_id },
  };
}
