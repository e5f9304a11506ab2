/**
 * Source: GitLab's webhooks (GitLab docs "Webhook events") and, where no webhook comes through, its REST API.
 *
 * Keys: deployment `<project id>/<deployment id>`; teardown `<project id>/job/<job id>`; pipeline, job, merge request and
 * issue with their word in front (`pipeline/<project id>/<id>`). GitLab names all of them, so there is no fallback key.
 */
import type { Transition } from "../../../domain/transition.ts";
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { markIncidents, trackerOptions } from "../incident-labels.ts";
import { text } from "../shaping.ts";
import { readDeployment } from "./deployment.ts";
import { readIssue } from "./issue.ts";
import { readJob } from "./job.ts";
import { readMergeRequest } from "./merge-request.ts";
import { readPipeline } from "./pipeline.ts";
import { poller } from "./poll.ts";
import { pushedCommits } from "./push.ts";
import { sample } from "./sample.ts";
import { originSchema } from "./schema.ts";

const READERS: Readonly<Record<string, (reading: Reading) => Transition[] | string>> = {
  deployment: readDeployment,
  pipeline: readPipeline,
  build: readJob,
  merge_request: readMergeRequest,
  issue: readIssue,
};

const PUSHES = ["push", "tag_push"];

const DELETED = /^0{40}(0{24})?$/;

/** Why a delivery that we know is not used. */
function ignoring(kind: string, body: Record<string, unknown>): string {
  if (PUSHES.includes(kind)) {
    const deleted = typeof body["after"] === "string" && DELETED.test(body["after"]);
    const what = kind === "push" ? "push" : "tag push";
    return deleted
      ? `a ${what} that deletes ${text(body["ref"]) ?? "a ref"} is not an activity`
      : `a ${what} is not an activity`;
  }
  if (kind === "release") return "a release is not a deployment";
  return `gitlab event "${kind}" is not used`;
}

function normalise(reading: Reading): Normalised {
  const parsed = originSchema.safeParse(reading.body);
  if (!parsed.success) return { outcome: "unmapped", reason: "the body is no JSON object" };
  const kind = text(parsed.data["object_kind"], 100) ?? text(parsed.data["event_name"], 100);
  if (kind === null) return { outcome: "unmapped", reason: "no GitLab delivery: object_kind is missing" };
  const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined;
  const commits = PUSHES.includes(kind) ? pushedCommits(parsed.data) : undefined;
  if (commits !== undefined) return { outcome: "accepted", transitions: [], commits };
  if (read === undefined) return { outcome: "ignored", reason: ignoring(kind, parsed.data) };
  const transitions = read(reading);
  if (typeof transitions === "string")
    return { outcome: "unmapped", reason: `no GitLab ${kind}: ${transitions} is missing` };
  const { changes } = parsed.data;
  const relabeled = typeof changes === "object" && changes !== null && "labels" in changes;
  return { outcome: "accepted", transitions: markIncidents(transitions, reading.options, relabeled) };
}

export default defineSource({
  name: "gitlab",
  title: "GitLab",
  options: trackerOptions,
  schemes: [{ type: "token", header: "x-gitlab-token" }, { type: "standard-webhooks" }],
  // X-Gitlab-Event-UUID is shared by all hooks of a recursion and X-Gitlab-Webhook-UUID names the hook, not the delivery
  // (GitLab docs "Webhooks", "Delivery headers").
  deliveryId: (headers) => text(headers["webhook-id"]) ?? text(headers["idempotency-key"]),
  normalise,
  poller,
  setup: [
    "In the project or group open Settings > Webhooks and choose Add new webhook.",
    "Enter the address as URL and the secret as Secret token.",
    "Under Trigger choose Deployment events, Pipeline events, Job events, Merge request events, Issues events and Push events (for the commits).",
    "Choose Add webhook, then Test > Push events: it is answered with 202 and its commits are kept.",
  ],
  sample,
});
