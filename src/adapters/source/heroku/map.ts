/** From Heroku's releases and builds to transitions. */
import type { Actor } from "../../../domain/activity.ts";
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { activityId } from "../../../kit/ids.ts";
import { toIso } from "../../../kit/time.ts";
import { actorOf, sha, tagsOf, text } from "../shaping.ts";
import { releaseKind } from "./release-kind.ts";
import type { HerokuDelivery } from "./schema.ts";

/** A pending release waits for its release phase or runs it (Heroku does not say which); an expired one never got through. */
const RELEASE_STEPS: Readonly<Record<string, Step>> = {
  pending: "requested",
  succeeded: "succeeded",
  failed: "failed",
  expired: "failed",
};

/** A pending build is at work (Platform API reference "Build": failed, pending, succeeded). */
const BUILD_STEPS: Readonly<Record<string, Step>> = {
  pending: "running",
  succeeded: "succeeded",
  failed: "failed",
};

const keyOf = (identityKind: "deployment" | "build", id: string, instance: string | null): ObjectKey => ({
  identityKind,
  source: "heroku",
  instance: instance ?? "heroku",
  externalId: id,
  attempt: 1,
});

const stepOf = (steps: Readonly<Record<string, Step>>, status: unknown): Step =>
  (typeof status === "string" && Object.hasOwn(steps, status) ? steps[status] : undefined) ?? "observed";

/** Heroku names persons only by e-mail address: the part before the @ is the login. */
const who = ({ actor, data }: HerokuDelivery): Actor | null => {
  const email = text(actor?.email) ?? text(data.user?.email);
  return actorOf(null, email?.split("@")[0]);
};

const versionOf = (version: unknown): string | null => (text(version) === null ? null : `v${text(version)}`);

export function releaseTransitions(delivery: HerokuDelivery, instance: string | null): Transition[] {
  const { data } = delivery;
  const description = text(data.description);
  const step = stepOf(RELEASE_STEPS, data.status);
  const { commitSha, shortSha } = sha(data.slug?.commit);
  const facts: Facts = {
    kind: "deployment",
    deploymentKind: releaseKind(description, Boolean(data.slug)),
    service: text(data.app?.name),
    version: versionOf(data.version),
    commitSha,
    createdAt: toIso(data.created_at),
    actor: who(delivery),
    error: step === "failed" && data.status === "expired" ? "The release expired before it was done." : null,
    tags: tagsOf({
      "heroku.appId": data.app?.id,
      "heroku.description": description,
      "heroku.slugId": data.slug?.id,
      "heroku.stack": data.stack,
      shortSha,
    }),
  };
  const at = toIso(delivery.created_at) ?? toIso(data.updated_at) ?? toIso(delivery.published_at);
  return [{ object: keyOf("deployment", data.id, instance), step, at, facts }];
}

/** A build that names its release also tells when the work on that release began. */
export function buildTransitions(delivery: HerokuDelivery, instance: string | null): Transition[] {
  const { data } = delivery;
  const object = keyOf("build", data.id, instance);
  const step = stepOf(BUILD_STEPS, data.status);
  const startedAt = toIso(data.created_at);
  const { commitSha, shortSha } = sha(data.slug?.commit ?? data.source_blob?.version);
  const common: Facts = { service: text(data.app?.name), commitSha, startedAt, actor: who(delivery) };
  const tags = { "heroku.appId": data.app?.id, shortSha };
  const at = step === "running" ? startedAt : (toIso(data.updated_at) ?? toIso(delivery.created_at));
  const facts: Facts = {
    ...common,
    kind: "build",
    version: versionOf(data.release?.version),
    tags: tagsOf({ ...tags, "heroku.stack": data.stack }),
  };
  const build: Transition = { object, step, at, facts };
  const releaseId = text(data.release?.id);
  if (releaseId === null) return [build];
  const release: Transition = {
    object: keyOf("deployment", releaseId, instance),
    step: "observed",
    at: startedAt,
    facts: {
      ...common,
      kind: "deployment",
      version: versionOf(data.release?.version),
      parentId: activityId(object),
      tags: tagsOf({ ...tags, "heroku.buildId": data.id }),
    },
  };
  return [build, release];
}
