/** Tells as GitHub does: deployment, deployment_status and workflow_run events (GitHub docs "Webhook events and payloads"). */
import { uuidOf } from "../random.ts";
import {
  FAILURES,
  type Hook,
  type Outcome,
  type Release,
  type Rollout,
  type Service,
  type Teller,
} from "../story.ts";

export const HOST = "https://github.shop.example.com";

const STATE: Readonly<Record<Outcome, string>> = {
  succeeded: "success",
  failed: "failure",
  canceled: "error",
};

export const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
export const person = (login: string) => ({ login, id: 4200, type: "User" });

export const repositoryOf = ({ number, repository }: Service) => ({
  id: number,
  name: repository.split("/").at(-1) ?? repository,
  full_name: repository,
  html_url: `${HOST}/${repository}`,
});

export function hook(atMs: number, event: string, body: unknown): Hook {
  const headers = {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/0f3b8c1",
    "x-github-event": event,
    "x-github-enterprise-host": "github.shop.example.com",
    "x-github-delivery": uuidOf(JSON.stringify(body)),
  };
  return { atMs, source: "github", headers, body };
}

function workflowRun(release: Release, action: "in_progress" | "completed", atMs: number): Hook {
  const { service, number, commitSha, title, login } = release;
  return hook(atMs, "workflow_run", {
    action,
    workflow_run: {
      id: number,
      run_attempt: 1,
      name: "Build and deploy",
      display_title: title,
      event: "push",
      status: action,
      conclusion: action === "completed" ? "success" : null,
      head_branch: "main",
      head_sha: commitSha,
      created_at: time(release.atMs),
      updated_at: time(atMs),
      run_started_at: time(release.atMs),
      html_url: `${HOST}/${service.repository}/actions/runs/${number}`,
      actor: person(login),
      triggering_actor: person(login),
    },
    workflow: { id: 7, name: "Build and deploy" },
    repository: repositoryOf(service),
    sender: person(login),
  });
}

const deploymentOf = ({ release, place, number, login, queuedMs }: Rollout) => ({
  id: number,
  sha: release.commitSha,
  ref: release.version.startsWith("v") ? release.version : "main",
  task: "deploy",
  payload: { version: release.version },
  environment: place.reportedEnvironment,
  description: release.title,
  creator: person(login),
  created_at: time(queuedMs),
  updated_at: time(queuedMs),
  transient_environment: false,
  production_environment: place.environment.startsWith("prod"),
});

function status(rollout: Rollout, state: string, atMs: number): Hook {
  const { release, place, number, login, outcome } = rollout;
  const { service } = release;
  return hook(atMs, "deployment_status", {
    action: "created",
    deployment_status: {
      id: number * 10,
      state,
      creator: person(login),
      description: state === STATE[outcome] ? FAILURES[outcome] : "",
      environment: place.reportedEnvironment,
      log_url: `${HOST}/${service.repository}/actions/runs/${release.number}`,
      environment_url: `https://${place.environment}.${service.name}.shop.example.com`,
      created_at: time(atMs),
      updated_at: time(atMs),
    },
    deployment: deploymentOf(rollout),
    workflow_run: { id: release.number, run_attempt: 1 },
    repository: repositoryOf(service),
    sender: person(login),
  });
}

export const github: Teller = {
  build: (release) => [
    workflowRun(release, "in_progress", release.atMs),
    workflowRun(release, "completed", release.atMs + release.buildMs),
  ],
  rollout: (rollout) => {
    const { release, login, queuedMs, startMs, endMs, outcome } = rollout;
    const body = {
      action: "created",
      deployment: deploymentOf(rollout),
      workflow_run: { id: release.number, run_attempt: 1 },
      repository: repositoryOf(release.service),
      sender: person(login),
    };
    const asked = hook(queuedMs, "deployment", body);
    if (startMs === null) return [asked, status(rollout, "waiting", queuedMs)];
    const begun = [asked, status(rollout, "in_progress", startMs)];
    return endMs === null ? begun : [...begun, status(rollout, STATE[outcome], endMs)];
  },
};
