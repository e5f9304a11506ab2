/** From Netlify's deploys to transitions. */
import { z } from "zod";
import type { Facts, Step, Transition } from "../../../domain/transition.ts";
import { toIso } from "../../../kit/time.ts";
import type { Reading } from "../../../ports/source.ts";
import { list, loose } from "../loose.ts";
import { actorOf, lookUp, repositoryUrl, sha, tagsOf, text, webUrl } from "../shaping.ts";

export const deploySchema = z.looseObject({
  id: loose,
  site_id: loose,
  name: loose,
  state: loose,
  context: loose,
  branch: loose,
  commit_ref: loose,
  commit_url: loose,
  review_id: loose,
  review_url: loose,
  title: loose,
  committer: loose,
  error_message: loose,
  skipped: loose,
  created_at: loose,
  updated_at: loose,
  published_at: loose,
  deploy_time: loose,
  admin_url: loose,
  ssl_url: loose,
  deploy_ssl_url: loose,
  manual_deploy: loose,
  available_functions: list({}),
});
type Deploy = z.infer<typeof deploySchema>;

/** States of a deploy (Netlify API, schema `deploy`). */
const STEP_OF_STATE: Readonly<Record<string, Step>> = {
  new: "queued",
  enqueued: "queued",
  accepted: "queued",
  pending_review: "waiting",
  building: "running",
  retrying: "running",
  uploading: "running",
  uploaded: "running",
  preparing: "running",
  prepared: "running",
  processing: "running",
  processed: "running",
  ready: "succeeded",
  error: "failed",
  rejected: "canceled",
};

/** A build that somebody stopped, or that had nothing to do, ends in the state `error`. */
const CANCELED = /^(cancell?ed|skipped)\b/i;

function stepOf(deploy: Deploy): Step {
  const step = lookUp(STEP_OF_STATE, text(deploy.state)?.toLowerCase() ?? null) ?? "observed";
  const stopped = deploy.skipped === true || CANCELED.test(text(deploy.error_message) ?? "");
  return step === "failed" && stopped ? "canceled" : step;
}

/** A preview of a change has the number of the change, so that two of them are two places. */
function placeOf(deploy: Deploy): Pick<Facts, "environment" | "tier"> {
  const context = text(deploy.context);
  if (context !== "deploy-preview") return { environment: context };
  const number = text(deploy.review_id);
  return { environment: number === null ? context : `${context}-${number}`, tier: "ephemeral" };
}

const TIME_OF_STEP: Partial<Record<Step, readonly ("published_at" | "updated_at" | "created_at")[]>> = {
  queued: ["created_at"],
  succeeded: ["published_at", "updated_at"],
};

function timeOf(deploy: Deploy, step: Step): string | null {
  for (const key of TIME_OF_STEP[step] ?? ["updated_at"]) {
    const at = toIso(deploy[key]);
    if (at !== null) return at;
  }
  return null;
}

/** `https://github.com/example-shop/shop` of the address of a commit, a merge request or a tree in it. */
const repositoryOf = (deploy: Deploy): string | null =>
  repositoryUrl(webUrl(deploy.commit_url)?.replace(/\/(-\/)?(commits?|tree)\/.*$/, ""));

function pageOf(deploy: Deploy): string | null {
  const site = webUrl(deploy.admin_url)?.replace(/\/+$/, "");
  const id = text(deploy.id);
  return site === undefined || id === null ? null : `${site}/deploys/${encodeURIComponent(id)}`;
}

/** Whole seconds; a deploy that took less than one says 0, which is no duration. */
const durationOf = (seconds: unknown): number | null =>
  typeof seconds === "number" && seconds > 0 && seconds < 1e7 ? Math.round(seconds * 1000) : null;

/** @returns transitions, or what the body lacks */
export function readDeploy({ body, instance }: Reading): Transition[] | string {
  const parsed = deploySchema.safeParse(body);
  const id = text(parsed.data?.id);
  if (!parsed.success || id === null || text(parsed.data.site_id) === null) return "id or site_id";
  const deploy = parsed.data;
  const step = stepOf(deploy);
  return [
    {
      object: {
        identityKind: "deployment",
        source: "netlify",
        instance: instance ?? "netlify",
        externalId: id,
        attempt: 1,
      },
      step,
      at: timeOf(deploy, step),
      facts: {
        kind: "deployment",
        service: text(deploy.name),
        ...placeOf(deploy),
        repository: repositoryOf(deploy),
        ...commitOf(deploy),
        createdAt: toIso(deploy.created_at),
        durationMs: durationOf(deploy.deploy_time),
        actor: actorOf(null, deploy.committer),
        url: pageOf(deploy),
        error: step === "failed" ? text(deploy.error_message) : null,
        tags: tagsOf({
          title: deploy.title,
          environmentUrl: webUrl(deploy.deploy_ssl_url) ?? webUrl(deploy.ssl_url),
          change: deploy.review_id,
          changeUrl: webUrl(deploy.review_url),
          "netlify.siteId": deploy.site_id,
          "netlify.state": deploy.state,
          shortSha: sha(deploy.commit_ref).shortSha,
        }),
      },
    },
  ];
}

/** A deploy by hook or by hand has no commit. */
const commitOf = (deploy: Deploy): Pick<Facts, "commitSha" | "ref"> => ({
  commitSha: sha(deploy.commit_ref).commitSha,
  ref: text(deploy.branch),
});
