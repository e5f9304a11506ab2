/** From Vercel's deployment events to transitions. */
import { z } from "zod";
import type { Facts, ObjectKey, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { loose, part } from "../loose.ts";
import { actorOf, lookUp, sha, tagsOf, text, webUrl } from "../shaping.ts";

export const eventSchema = z.looseObject({ id: loose, type: loose, createdAt: loose });
const deploymentSchema = eventSchema.extend({
  payload: z.looseObject({
    deployment: part({
      id: loose,
      name: loose,
      url: loose,
      meta: z.record(z.string(), z.unknown()).nullish().catch(null),
    }),
    links: part({ deployment: loose }),
    target: loose,
    project: part({ id: loose, name: loose }),
  }),
});
type Payload = z.infer<typeof deploymentSchema>["payload"];

/**
 * Events of one deployment (Vercel docs "Webhooks API"). `created` is when it was asked for, and nothing tells when its
 * build began; `ready` comes before `succeeded`, which waits for the checks. Whoever subscribed to one of both has an end.
 */
const STEP_OF_EVENT: Readonly<Record<string, Step>> = {
  "deployment.created": "requested",
  "deployment.ready": "succeeded",
  "deployment.succeeded": "succeeded",
  "deployment.error": "failed",
  "deployment.canceled": "canceled",
  "deployment.promoted": "observed",
};
export const EVENTS = Object.keys(STEP_OF_EVENT);

/** `meta` has the same keys for each forge: `githubCommitSha`, `gitlabCommitSha`, `bitbucketCommitSha`. */
const FORGES = {
  github: "https://github.com",
  gitlab: "https://gitlab.com",
  bitbucket: "https://bitbucket.org",
};

function commitFacts(payload: Payload): Pick<Facts, "commitSha" | "ref" | "repository" | "actor"> {
  const meta = payload.deployment?.meta ?? {};
  const [forge, url] = Object.entries(FORGES).find(([name]) => text(meta[`${name}CommitSha`]) !== null) ?? [];
  const said = (key: string): string | null => (forge === undefined ? null : text(meta[`${forge}${key}`]));
  const owner = said("CommitOrg") ?? said("ProjectNamespace") ?? said("RepoOwner");
  const name = said("CommitRepo") ?? said("ProjectName") ?? said("RepoSlug");
  return {
    commitSha: sha(said("CommitSha")).commitSha,
    ref: said("CommitRef"),
    repository: owner === null || name === null ? null : webUrl(`${url}/${owner}/${name}`),
    actor: actorOf(said("CommitAuthorName"), said("CommitAuthorLogin")),
  };
}

const keyOf = (externalId: string, instance: string | null): ObjectKey => ({
  ...{ identityKind: "deployment", source: "vercel", instance: instance ?? "vercel" },
  ...{ externalId, attempt: 1 },
});

function placeOf(payload: Payload): Pick<Facts, "environment" | "tier"> {
  const target = text(payload.target);
  return target === null ? { environment: "preview", tier: "ephemeral" } : { environment: target };
}

/** @returns transitions, or what the body lacks */
export function readDeployment({ body, instance }: Reading): Transition[] | string {
  const parsed = deploymentSchema.safeParse(body);
  const id = text(parsed.data?.payload.deployment?.id);
  if (!parsed.success || id === null) return "payload.deployment.id";
  const { type, createdAt, payload } = parsed.data;
  const step = lookUp(STEP_OF_EVENT, text(type)) ?? "observed";
  const at = toIso(createdAt);
  const address = text(payload.deployment?.url);
  return [
    {
      object: keyOf(id, instance),
      step,
      at,
      facts: {
        kind: "deployment",
        service: text(payload.deployment?.name) ?? text(payload.project?.name),
        ...placeOf(payload),
        ...commitFacts(payload),
        createdAt: step === "requested" ? at : null,
        url: webUrl(payload.links?.deployment),
        tags: tagsOf({
          environmentUrl: address === null ? null : webUrl(`https://${address.replace(/^https?:\/\//, "")}`),
          "vercel.projectId": payload.project?.id,
          "vercel.promotedAt": text(type) === "deployment.promoted" ? at : null,
        }),
      },
    },
  ];
}
