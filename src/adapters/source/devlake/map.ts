/** From a DevLake deployment to one transition of one deployment. */
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import {
  lookUp,
  repositoryPath,
  repositoryUrl,
  sha,
  tagsOf,
  text,
  versionOfRef,
  webUrl,
} from "../shaping.ts";
import type { DevlakeCommit, DevlakeDeployment } from "./schema.ts";

const STEP_OF: Readonly<Record<string, Step>> = {
  SUCCESS: "succeeded",
  SUCCEEDED: "succeeded",
  FAILURE: "failed",
  FAILED: "failed",
  ERROR: "failed",
  ABORT: "canceled",
  ABORTED: "canceled",
  CANCELED: "canceled",
  CANCELLED: "canceled",
  SKIPPED: "canceled",
  MANUAL: "waiting",
  PENDING: "queued",
  QUEUED: "queued",
  IN_PROGRESS: "running",
  RUNNING: "running",
};

interface Commit {
  repoUrl: string | null;
  ref: string | null;
  sha: string | null;
}

const commitOf = (from: DevlakeCommit | DevlakeDeployment): Commit => ({
  repoUrl: text(from.repoUrl ?? from.repo_url, 2000),
  ref: text(from.refName ?? from.ref_name),
  sha: text(from.commitSha ?? from.commit_sha),
});

const isNamed = (commit: Commit): boolean => commit.repoUrl !== null || commit.sha !== null;

/** The commits of the list, else the single one of the former spelling. */
function commitsOf(body: DevlakeDeployment): Commit[] {
  const list = (body.deploymentCommits ?? body.deployment_commits ?? []).map(commitOf).filter(isNamed);
  return list.length > 0 ? list : [commitOf(body)].filter(isNamed);
}

/** Where the body names no environment (DevLake documentation "Incoming Webhook": "The default value is PRODUCTION"). */
const DEFAULT_ENVIRONMENT = "PRODUCTION";

/** @returns the transitions of the one deployment, or what the body lacks */
export function transitionsOf(body: DevlakeDeployment, instance: string | null): Transition[] | string {
  const commits = commitsOf(body);
  const startedAt = toIso(body.startedDate ?? body.start_time);
  const key = identify(body, commits[0], startedAt);
  if (key === null) return "neither id nor a commit with repoUrl and commitSha";
  const finishedAt = toIso(body.finishedDate ?? body.end_time);
  const step = stepOf(text(body.result), finishedAt) ?? (startedAt === null ? null : "running");
  if (step === null) return "neither startedDate, finishedDate nor a known result";
  const object = { ...key, source: "devlake", instance: instance ?? "devlake", attempt: 1 };
  const at = step === "running" ? startedAt : finishedAt;
  const said = { object, step, at, facts: factsOf(body, commits, startedAt) };
  return text(body.environment) === null ? [assumed(object, startedAt ?? at), said] : [said];
}

/** The default stands at the start, below everything said, so that it never hides an environment that another report names. */
const assumed = (object: ObjectKey, at: string | null): Transition => ({
  object,
  step: "observed",
  at,
  facts: { kind: "deployment", environment: DEFAULT_ENVIRONMENT },
});

/** Without an id the same commit to the same environment at the same start is the same deployment. */
function identify(
  body: DevlakeDeployment,
  commit: Commit | undefined,
  startedAt: string | null,
): Pick<ObjectKey, "identityKind" | "externalId"> | null {
  const id = text(body.id ?? body.pipeline_id);
  if (id !== null) return { identityKind: "deployment", externalId: id };
  if (!commit?.repoUrl || !commit.sha) return null;
  const parts = [
    commit.repoUrl,
    commit.sha.toLowerCase(),
    (text(body.environment) ?? DEFAULT_ENVIRONMENT).toUpperCase(),
    startedAt ?? "",
  ];
  return { identityKind: "deployment-of-commit", externalId: parts.join(" ") };
}

/** A finished deployment without a result is a success: that is DevLake's documented default. */
function stepOf(result: string | null, finishedAt: string | null): Step | null {
  if (result === null) return finishedAt === null ? null : "succeeded";
  return lookUp(STEP_OF, result.toUpperCase()) ?? (finishedAt === null ? null : "observed");
}

function factsOf(body: DevlakeDeployment, commits: readonly Commit[], startedAt: string | null): Facts {
  const [first] = commits;
  const { commitSha, shortSha } = sha(first?.sha);
  const ref = first?.ref ?? null;
  return {
    kind: "deployment",
    service: serviceOf(body, first),
    repository: repositoryUrl(first?.repoUrl),
    environment: text(body.environment),
    version: versionOfRef(ref),
    commitSha,
    ref,
    startedAt,
    createdAt: toIso(body.createdDate ?? body.create_time),
    url: webUrl(body.url),
    tags: tagsOf({
      title: body.displayTitle ?? body.display_title,
      "devlake.result": body.result,
      shortSha,
      ...moreCommits(commits),
    }),
  };
}

/** The name, unless it is DevLake's own "deployment for <sha>"; else the path of the repository. */
function serviceOf(body: DevlakeDeployment, commit: Commit | undefined): string | null {
  const name = text(body.name);
  const fallback = repositoryPath(commit?.repoUrl) ?? commit?.repoUrl ?? name;
  return name === null || /^deployment for /i.test(name) ? fallback : name;
}

/** The first commit is in the facts; the others are told in tags. */
function moreCommits(commits: readonly Commit[]): Record<string, string | null> {
  const rest = commits.slice(1).flatMap(({ repoUrl, sha: value }, at) => [
    [`commit.${at + 2}.repository`, repositoryUrl(repoUrl) ?? repoUrl],
    [`commit.${at + 2}.sha`, value],
  ]);
  return Object.fromEntries(rest);
}
