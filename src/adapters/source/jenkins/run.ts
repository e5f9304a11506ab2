/** One Jenkins run as any dialect or the remote API tells of it, and the transition that it makes. */
import type { Actor } from "../../../domain/activity.ts";
import { type Facts, isTerminal, type Step, type Transition } from "../../../domain/transition.ts";
import { environmentIn, givenByVice, type Parameters, parameterTags, versionIn } from "../parameters.ts";
import { MAX_TAGS, repositoryUrl, sha, tagsOf, text, webUrl } from "../shaping.ts";
import { instanceOfRoot } from "./place.ts";

export interface JenkinsRun {
  /** Address of the Jenkins, or `null` when its administrator has not set one. */
  root: string | null;
  /** Full name with folders: `team/shop`. */
  job: string;
  number: number;
  step: Step;
  /** ISO 8601; `null` = the dialect gave none. */
  at: string | null;
  startedAt?: string | null;
  createdAt?: string | null;
  /** Milliseconds, as Jenkins reports them. */
  duration?: unknown;
  result?: unknown;
  parameters?: Parameters | null | undefined;
  scm?: { url?: unknown; branch?: unknown; commit?: unknown } | null | undefined;
  actor?: Actor | null;
  url?: unknown;
  error?: unknown;
  /** ValueStream's convention: job names that begin so are deployments. */
  jobName?: unknown;
  tags?: Record<string, unknown>;
}

/**
 * Results of Jenkins (`hudson.model.Result`). UNSTABLE (tests failed, the steps went through) counts as succeeded, with
 * the tag `unstable`, as Jenkins' own CDEvents plugin maps it. Any other word says nothing.
 */
const STEP_OF_RESULT: Readonly<Record<string, Step>> = {
  SUCCESS: "succeeded",
  UNSTABLE: "succeeded",
  FAILURE: "failed",
  NOT_BUILT: "canceled",
  ABORTED: "canceled",
};

export function stepOfResult(result: unknown): Step {
  const word = text(result)?.toUpperCase() ?? "";
  return (Object.hasOwn(STEP_OF_RESULT, word) ? STEP_OF_RESULT[word] : undefined) ?? "observed";
}

export function transitionOfRun(run: JenkinsRun, instance: string | null): Transition {
  return {
    object: {
      identityKind: "build",
      source: "jenkins",
      instance: instance ?? instanceOfRoot(run.root) ?? "jenkins",
      externalId: `${run.job}#${run.number}`,
      attempt: 1,
    },
    step: run.step,
    at: run.at,
    facts: factsOf(run),
  };
}

function factsOf(run: JenkinsRun): Facts {
  const parameters = run.parameters ?? {};
  const { commitSha, shortSha } = sha(run.scm?.commit);
  const tags = tagsOf({
    ...run.tags,
    "jenkins.number": run.number,
    shortSha,
    unstable: text(run.result)?.toUpperCase() === "UNSTABLE" ? "true" : null,
  });
  return {
    kind: isDeployment(run, parameters) ? "deployment" : "build",
    service: text(run.job),
    environment: environmentIn(parameters),
    version: versionIn(parameters),
    commitSha,
    ref: branchOf(run.scm?.branch),
    repository: repositoryUrl(run.scm?.url),
    startedAt: run.startedAt ?? null,
    createdAt: run.createdAt ?? null,
    durationMs: isTerminal(run.step) ? millis(run.duration) : null,
    actor: run.actor ?? null,
    url: webUrl(run.url),
    error: isTerminal(run.step) && run.step !== "succeeded" ? text(run.error) : null,
    tags: { ...parameterTags(parameters, MAX_TAGS - Object.keys(tags).length), ...tags },
    ...givenByVice(parameters),
  };
}

/** The parameter `type=deploy`, or a job `deploy:...` (both from ValueStream); everything else is for the name rules. */
function isDeployment(run: JenkinsRun, parameters: Parameters): boolean {
  const names = [text(run.jobName) ?? "", run.job.split("/").at(-1) ?? ""];
  return text(parameters.type)?.toLowerCase() === "deploy" || names.some((name) => /^deploy:/i.test(name));
}

const branchOf = (branch: unknown): string | null =>
  text(text(branch)?.replace(/^(refs\/remotes\/|refs\/heads\/|remotes\/)?(origin\/)?/, ""));

/** Whole milliseconds; 0 is what a run has that is not over, so it says nothing. */
function millis(duration: unknown): number | null {
  return typeof duration === "number" && Number.isFinite(duration) && duration > 0 && duration < 1e12
    ? Math.round(duration)
    : null;
}
