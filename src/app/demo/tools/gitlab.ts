/** Tells as GitLab does: pipeline, job and deployment hooks (GitLab docs "Webhook events"). */
import { PEOPLE } from "../company.ts";
import { uuidOf } from "../random.ts";
import type { Hook, Outcome, Release, Rollout, Service, Teller } from "../story.ts";

export const HOST = "https://gitlab.shop.example.com";

const STATUS: Readonly<Record<Outcome, string>> = {
  succeeded: "success",
  failed: "failed",
  canceled: "canceled",
};

/** `2026-11-20 10:00:00 UTC`, as in pipelines and jobs. */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** `2026-11-20 11:00:00 +0100`, as in deployments. */
const local = (ms: number): string =>
  `${new Date(ms + 3_600_000).toISOString().slice(0, 19).replace("T", " ")} +0100`;

export const person = (login: string) => ({
  id: 40,
  name: PEOPLE[login] ?? login,
  username: login,
  email: "[REDACTED]",
});

export function projectOf({ number, repository }: Service) {
  const name = repository.split("/").at(-1) ?? repository;
  return {
    ...{
      id: number,
      name,
      web_url: `${HOST}/${repository}`,
      path_with_namespace: repository,
      default_branch: "main",
    },
  };
}

export function hook(atMs: number, event: string, body: unknown): Hook {
  const headers = {
    "content-type": "application/json",
    "user-agent": "GitLab/18.5.0",
    "x-gitlab-event": event,
    "x-gitlab-instance": HOST,
    "idempotency-key": uuidOf(JSON.stringify(body)),
  };
  return { atMs, source: "gitlab", headers, body };
}

const isTag = (version: string): boolean => version.startsWith("v");

function pipeline(release: Release, status: string, atMs: number, finished: boolean): Hook {
  const { service, number, commitSha, title, login, version, buildMs } = release;
  return hook(atMs, "Pipeline Hook", {
    object_kind: "pipeline",
    object_attributes: {
      id: number,
      ref: isTag(version) ? version : "main",
      tag: isTag(version),
      sha: commitSha,
      source: "push",
      status,
      created_at: utc(release.atMs),
      finished_at: finished ? utc(atMs) : null,
      duration: finished ? Math.round(buildMs / 1000) : null,
      url: `${HOST}/${service.repository}/-/pipelines/${number}`,
    },
    user: person(login),
    project: projectOf(service),
    commit: { id: commitSha, message: `${title}\n`, title },
    builds: [{ id: number * 10, stage: "test", name: "test", status, started_at: utc(release.atMs) }],
  });
}

function deployment(rollout: Rollout, status: string, atMs: number): Hook {
  const { release, place, number, login } = rollout;
  const { service, commitSha, title, version } = release;
  const preview = place.environment.startsWith("pr-");
  return hook(atMs, "Deployment Hook", {
    object_kind: "deployment",
    status,
    status_changed_at: local(atMs),
    deployment_id: number,
    deployable_id: number * 10 + 1,
    deployable_url: `${HOST}/${service.repository}/-/jobs/${number * 10 + 1}`,
    environment: place.reportedEnvironment,
    environment_tier: preview ? "development" : null,
    environment_external_url: `https://${place.environment}.${service.name}.shop.example.com`,
    project: projectOf(service),
    short_sha: commitSha.slice(0, 8),
    user: person(login),
    commit_url: `${HOST}/${service.repository}/-/commit/${commitSha}`,
    commit_title: title,
    ref: isTag(version) && !preview ? version : "main",
  });
}

/** The job that deploys, so that the deployment hangs below its pipeline. */
function job(rollout: Rollout, status: string, startMs: number, endMs: number, action = "start"): Hook {
  const { release, place, number, login } = rollout;
  const { service, commitSha, version } = release;
  return hook(endMs, "Job Hook", {
    object_kind: "build",
    ref: isTag(version) ? version : "main",
    tag: isTag(version),
    sha: commitSha,
    build_id: number * 10 + 1,
    build_name: `deploy ${place.environment}`,
    build_stage: "deploy",
    build_status: status,
    build_created_at: utc(rollout.queuedMs),
    build_started_at: utc(startMs),
    build_finished_at: utc(endMs),
    build_duration: (endMs - startMs) / 1000,
    build_failure_reason: status === "failed" ? "script_failure" : "unknown_failure",
    pipeline_id: release.number,
    project_id: service.number,
    user: person(login),
    project: projectOf(service),
    environment: { name: place.reportedEnvironment, action, deployment_tier: null },
  });
}

/** A preview environment is taken down by a job of its own: GitLab makes no deployment of it. */
export function stopPreview(rollout: Rollout, atMs: number): Hook[] {
  const { release, number } = rollout;
  return [
    job(
      { ...rollout, release, number: number + 500_000, queuedMs: atMs - 20_000 },
      "success",
      atMs - 15_000,
      atMs,
      "stop",
    ),
  ];
}

export const gitlab: Teller = {
  build: (release) => [
    pipeline(release, "running", release.atMs, false),
    pipeline(release, "success", release.atMs + release.buildMs, true),
  ],
  rollout: (rollout) => {
    const { startMs, endMs, outcome } = rollout;
    if (startMs === null) return [deployment(rollout, "blocked", rollout.queuedMs)];
    const begun = deployment(rollout, "running", startMs);
    if (endMs === null) return [begun];
    return [
      begun,
      deployment(rollout, STATUS[outcome], endMs),
      job(rollout, STATUS[outcome], startMs, endMs),
    ];
  },
};
