/** The statistics-gatherer plugin: one body at the start of a build and one at its end. */
import { toIso } from "../../../kit/time.ts";
import { actorOf, text, webUrl } from "../shaping.ts";
import { type JenkinsRun, stepOfResult } from "./run.ts";
import type { StatisticsBody } from "./schema.ts";

/** Times come in seconds (README) or milliseconds (as sent), the duration always in milliseconds. */
export function runOfStatistics(body: StatisticsBody): JenkinsRun {
  const running = body.result.toUpperCase() === "INPROGRESS";
  const startedAt = toIso(body.startTime);
  const cause = body.buildFailureCauses?.[0];
  return {
    root: webUrl(body.ciUrl),
    job: body.fullJobName,
    number: body.number,
    step: running ? "running" : stepOfResult(body.result),
    at: running ? startedAt : toIso(body.endTime),
    startedAt,
    duration: body.duration,
    result: body.result,
    parameters: body.parameters,
    scm: body.scmInfo,
    actor: actorOf(body.startedUsername ?? body.startedUserName, body.startedUserId),
    url: addressOf(body),
    error: cause?.description ?? cause?.name,
    jobName: body.jobName,
    tags: { "jenkins.cause": body.buildCause, "jenkins.node": body.slaveInfo?.slaveName },
  };
}

/** `buildUrl` is relative to `ciUrl` (`run.getUrl()`). */
function addressOf({ ciUrl, buildUrl }: StatisticsBody): string | null {
  const path = text(buildUrl, 2000);
  const root = webUrl(ciUrl)?.replace(/\/*$/, "/");
  if (path === null || !path.startsWith("job/") || root === undefined) return webUrl(path);
  return `${root}${path}`;
}

/** What the plugin sends beside builds: queue items, jobs, build steps, checkouts. None of them names a run. */
export function otherStatistics(body: unknown): string | null {
  if (typeof body !== "object" || body === null) return null;
  if ("jenkinsQueueId" in body) return "queue";
  if ("buildStepId" in body) return "build step";
  if ("configFile" in body && "status" in body) return "job";
  return "buildUrl" in body && "startTime" in body && "endTime" in body ? "checkout" : null;
}
