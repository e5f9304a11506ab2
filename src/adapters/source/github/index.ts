/**
 * Source: GitHub's webhooks (GitHub docs "Webhook events and payloads") and, where none comes through, its REST API.
 *
 * Keys: deployment `<repository id>/<deployment id>`; run, job, pull request and issue with their word in front
 * (`run/<repository id>/<id>`, re-runs as attempts). Should a repository have no id, its lower-case full name stands there.
 * The hook must send JSON (content type `application/json`).
 */
import type { Transition } from "../../../domain/transition.ts";
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { markIncidents, trackerOptions } from "../incident-labels.ts";
import { text } from "../shaping.ts";
import { readDeployment, readDeploymentStatus } from "./deployment.ts";
import { eventName } from "./event-name.ts";
import { readIssue } from "./issue.ts";
import { poller } from "./poll.ts";
import { readPullRequest } from "./pull-request.ts";
import { pushedCommits } from "./push.ts";
import { readReview } from "./review.ts";
import { sample } from "./sample.ts";
import { baseSchema } from "./schema.ts";
import { readWorkflowJob } from "./workflow-job.ts";
import { readWorkflowRun } from "./workflow-run.ts";

const READERS: Readonly<Record<string, (reading: Reading) => Transition[] | string>> = {
  deployment: readDeployment,
  deployment_status: readDeploymentStatus,
  workflow_run: readWorkflowRun,
  workflow_job: readWorkflowJob,
  pull_request: readPullRequest,
  pull_request_review: readReview,
  issues: readIssue,
};

/** Why a delivery that we know is not used. */
function ignoring(event: string, body: Record<string, unknown>): string {
  if (event === "ping") return "ping: the hook is connected";
  if (event === "release") return "a release is not a deployment";
  if (event !== "push") return `github event "${event}" is not used`;
  const deleted = body["deleted"] === true || /^0{40}(0{24})?$/.test(text(body["after"]) ?? "");
  return deleted
    ? `a push that deletes ${text(body["ref"]) ?? "a ref"} is not an activity`
    : "a push is not an activity";
}

function normalise(reading: Reading): Normalised {
  const parsed = baseSchema.safeParse(reading.body);
  if (!parsed.success) return { outcome: "unmapped", reason: "the body is no JSON object" };
  const event = eventName(reading.headers, parsed.data);
  if (event === null)
    return { outcome: "unmapped", reason: "no GitHub delivery: the header X-GitHub-Event is missing" };
  const read = Object.hasOwn(READERS, event) ? READERS[event] : undefined;
  const commits = event === "push" ? pushedCommits(parsed.data) : undefined;
  if (commits !== undefined) return { outcome: "accepted", transitions: [], commits };
  if (read === undefined) return { outcome: "ignored", reason: ignoring(event, parsed.data) };
  const transitions = read(reading);
  if (typeof transitions === "string")
    return { outcome: "unmapped", reason: `no GitHub ${event}: ${transitions} is missing` };
  const unlabeled = event === "issues" && parsed.data.action === "unlabeled";
  return { outcome: "accepted", transitions: markIncidents(transitions, reading.options, unlabeled) };
}

export default defineSource({
  name: "github",
  title: "GitHub",
  // The older X-Hub-Signature (SHA-1) is not looked at (GitHub docs "Validating webhook deliveries").
  schemes: [{ type: "hmac-hex", header: "x-hub-signature-256", prefix: "sha256=", algorithm: "sha256" }],
  options: trackerOptions,
  deliveryId: (headers) => text(headers["x-github-delivery"]),
  normalise,
  poller,
  setup: [
    "In the repository or organization open Settings > Webhooks and choose Add webhook.",
    "Enter the address as Payload URL, application/json as Content type, and the secret as Secret.",
    "Choose Let me select individual events: Deployments, Deployment statuses, Workflow runs, Workflow jobs, Pull requests, Pull request reviews, Issues, Pushes (for the commits).",
    "Choose Add webhook: GitHub sends a ping, which shows here as ignored.",
  ],
  sample,
});
