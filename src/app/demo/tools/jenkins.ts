/** Tells as Jenkins' notification plugin does (its `model/JobState.java` and `model/BuildState.java`). */
import type { Hook, Outcome, Release, Teller } from "../story.ts";
import { repositoryUrl } from "./forge.ts";

const HOST = "https://ci.shop.example.com";

const RESULT: Readonly<Record<Outcome, string>> = {
  succeeded: "SUCCESS",
  failed: "FAILURE",
  canceled: "ABORTED",
};

interface Run {
  job: string;
  number: number;
  release: Release;
  parameters: Record<string, string>;
}

type Phase = {
  phase: "QUEUED" | "STARTED" | "COMPLETED" | "FINALIZED";
  atMs: number;
  durationMs?: number;
  result?: string;
};

function hook(
  { job, number, release, parameters }: Run,
  { phase, atMs, durationMs = 0, result }: Phase,
): Hook {
  const path = job
    .split("/")
    .map((name) => `job/${name}`)
    .join("/");
  const name = job.split("/").at(-1) ?? job;
  const body = {
    name,
    display_name: name,
    url: `${path}/`,
    build: {
      full_url: `${HOST}/${path}/${number}/`,
      number,
      queue_id: number + 300,
      timestamp: atMs,
      duration: durationMs,
      phase,
      ...(result === undefined ? {} : { status: result }),
      url: `${path}/${number}/`,
      scm: {
        url: `${repositoryUrl(release.service)}.git`,
        branch: "origin/main",
        commit: release.commitSha,
        changes: [],
        culprits: [],
      },
      parameters,
      log: "",
      notes: "",
      artifacts: {},
    },
  };
  return { atMs, source: "jenkins", headers: { "content-type": "application/json;charset=UTF-8" }, body };
}

function ended(run: Run, startMs: number, endMs: number, outcome: Outcome): Hook[] {
  const result = RESULT[outcome];
  return [
    hook(run, { phase: "COMPLETED", atMs: endMs, durationMs: endMs - startMs, result }),
    hook(run, { phase: "FINALIZED", atMs: endMs + 400, durationMs: endMs - startMs, result }),
  ];
}

export const jenkins: Teller = {
  build: (release) => {
    const run: Run = { job: release.service.repository, number: release.number, release, parameters: {} };
    const begun = hook(run, { phase: "STARTED", atMs: release.atMs });
    return [begun, ...ended(run, release.atMs, release.atMs + release.buildMs, "succeeded")];
  },
  rollout: ({ release, place, number, login, queuedMs, startMs, endMs, outcome }) => {
    const parameters = {
      type: "deploy",
      ENVIRONMENT: place.reportedEnvironment,
      VERSION: release.version,
      REQUESTED_BY: login,
    };
    const run: Run = { job: place.reportedAs, number, release, parameters };
    const queued = hook(run, { phase: "QUEUED", atMs: queuedMs });
    if (startMs === null) return [queued];
    const begun = [queued, hook(run, { phase: "STARTED", atMs: startMs })];
    return endMs === null ? begun : [...begun, ...ended(run, startMs, endMs, outcome)];
  },
};
