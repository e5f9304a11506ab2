/** Tells as Heroku's app webhooks do: api:build and api:release (Heroku Dev Center "App Webhooks"). */
import { uuidOf } from "../random.ts";
import type { Hook, Release, Rollout, Teller } from "../story.ts";

const iso = (ms: number): string => new Date(ms).toISOString();
const person = (login: string) => ({ id: uuidOf(`person ${login}`), email: `${login}@shop.example.com` });
const appOf = ({ place }: Rollout) => {
  const name = `shop-${place.reportedAs}-${place.reportedEnvironment}`;
  return { id: uuidOf(`app ${name}`), name };
};
const slugOf = (release: Release) => ({ id: uuidOf(`slug ${release.number}`), commit: release.commitSha });

function hook(atMs: number, login: string, resource: string, action: string, data: object): Hook {
  const id = uuidOf(`${atMs} ${JSON.stringify(data)}`);
  const body = {
    id,
    action,
    resource,
    actor: person(login),
    data,
    created_at: iso(atMs),
    updated_at: iso(atMs),
    published_at: iso(atMs + 300),
    webhook_metadata: {
      delivery: { id: uuidOf(`delivery ${id}`) },
      event: { id, include: `api:${resource}` },
    },
  };
  return { atMs, source: "heroku", headers: { "content-type": "application/json" }, body };
}

function buildHook(
  rollout: Rollout,
  status: "pending" | "succeeded" | "failed",
  startMs: number,
  atMs: number,
): Hook {
  const { release, number, login } = rollout;
  const done = status === "succeeded";
  return hook(atMs, login, "build", status === "pending" ? "create" : "update", {
    id: uuidOf(`build ${number}`),
    app: appOf(rollout),
    slug: done ? slugOf(release) : null,
    release: done ? { id: uuidOf(`release ${number}`), version: versionOf(release) } : null,
    source_blob: { url: null, version: release.commitSha },
    user: person(login),
    stack: "heroku-24",
    status,
    created_at: iso(startMs),
    updated_at: iso(atMs),
  });
}

const versionOf = (release: Release): number => Number(release.version.slice(1));

function releaseHook(
  rollout: Rollout,
  status: "pending" | "succeeded" | "failed",
  atMs: number,
  description: string,
): Hook {
  const { release, number, login } = rollout;
  return hook(atMs, login, "release", status === "pending" ? "create" : "update", {
    id: uuidOf(`release ${number}`),
    app: appOf(rollout),
    slug: slugOf(release),
    user: person(login),
    stack: "heroku-24",
    status,
    current: status === "succeeded",
    version: versionOf(release),
    description,
    created_at: iso(rollout.startMs ?? rollout.queuedMs),
    updated_at: iso(atMs),
  });
}

/** A release that changes no code: it must not count as a deployment. */
export function configRelease(rollout: Rollout, atMs: number): Hook[] {
  return [
    releaseHook(
      { ...rollout, number: rollout.number + 500_000 },
      "succeeded",
      atMs,
      "Set MAIL_FROM config vars",
    ),
  ];
}

export const heroku: Teller = {
  build: () => [],
  rollout: (rollout) => {
    const { queuedMs, startMs, endMs, outcome, release } = rollout;
    const description = `Deploy ${release.commitSha.slice(0, 8)}`;
    const waiting = releaseHook(rollout, "pending", startMs ?? queuedMs, description);
    if (startMs === null) return [waiting];
    const begun = [buildHook(rollout, "pending", startMs, startMs)];
    if (endMs === null) return [...begun, waiting];
    const status = outcome === "succeeded" ? "succeeded" : "failed";
    const built = buildHook(rollout, "succeeded", startMs, endMs - 2000);
    return [...begun, built, releaseHook(rollout, status, endMs, description)];
  },
};
