/** Tells as TeamCity's built-in webhooks do (TeamCity documentation "TeamCity Webhooks"). */
import { PEOPLE } from "../company.ts";
import { FAILURES, type Hook, type Outcome, type Release, type Teller } from "../story.ts";

const HOST = "https://teamcity.shop.example.com";

const STATUS: Readonly<Record<Outcome, string>> = {
  succeeded: "SUCCESS",
  failed: "FAILURE",
  canceled: "UNKNOWN",
};

/** `20261120T100000+0000`. */
const compact = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}+0000`;

interface Build {
  id: number;
  buildTypeId: string;
  release: Release;
  login: string;
  queuedMs: number;
  startMs: number | null;
  endMs: number | null;
  outcome: Outcome;
  properties: ReadonlyArray<{ name: string; value: string }>;
}

function hook(build: Build, eventType: string, atMs: number, ended: boolean): Hook {
  const { id, buildTypeId, release, login, queuedMs, startMs, endMs, outcome, properties } = build;
  const payload = {
    id,
    buildTypeId,
    buildType: { id: buildTypeId, name: buildTypeId.split("_").at(-1), projectName: "Mobile API" },
    number: startMs === null ? null : release.version,
    ...(ended ? { status: STATUS[outcome], statusText: FAILURES[outcome] || "Success" } : {}),
    state: ended ? "finished" : startMs === null ? "queued" : "running",
    branchName: "main",
    webUrl: `${HOST}/buildConfiguration/${buildTypeId}/${id}`,
    queuedDate: compact(queuedMs),
    ...(startMs === null || atMs < startMs ? {} : { startDate: compact(startMs) }),
    ...(ended && endMs !== null ? { finishDate: compact(endMs) } : {}),
    triggered: { type: "user", user: { username: login, name: PEOPLE[login] ?? login } },
    revisions: { count: 1, revision: [{ version: release.commitSha, vcsBranchName: "refs/heads/main" }] },
    properties: { property: properties },
  };
  return {
    atMs,
    source: "teamcity",
    headers: { "content-type": "application/json" },
    body: { eventType, payload },
  };
}

function tell(build: Build): Hook[] {
  const { queuedMs, startMs, endMs, outcome } = build;
  const queued = hook(build, "BUILD_TYPE_ADDED_TO_QUEUE", queuedMs, false);
  if (startMs === null) return [queued];
  const begun = [queued, hook(build, "BUILD_STARTED", startMs, false)];
  const last = outcome === "canceled" ? "BUILD_INTERRUPTED" : "BUILD_FINISHED";
  return endMs === null ? begun : [...begun, hook(build, last, endMs, true)];
}

export const teamcity: Teller = {
  build: (release) => {
    const { number, login, atMs, buildMs } = release;
    const times = {
      queuedMs: atMs - 4000,
      startMs: atMs,
      endMs: atMs + buildMs,
      outcome: "succeeded" as const,
    };
    return tell({ id: number, buildTypeId: "MobileApi_Build", release, login, ...times, properties: [] });
  },
  rollout: ({ release, place, number, login, queuedMs, startMs, endMs, outcome }) =>
    tell({
      ...{ id: number, buildTypeId: place.reportedAs, release, login, queuedMs, startMs, endMs, outcome },
      properties: [
        { name: "env.ENVIRONMENT", value: place.reportedEnvironment },
        { name: "env.VERSION", value: release.version },
      ],
    }),
};
