/**
 * Source: Bitbucket Cloud and Bitbucket Data Center, whose webhooks share the header `X-Event-Key`.
 *
 * Keys: pull request `pull/<repository id>/<number>`; build status `<repository id>/<sha>/<address or key>`. Deployments of
 * Bitbucket Pipelines come by no webhook.
 */
import { defineSource, type Reading } from "../../../ports/source.ts";
import { byEvent } from "../by-event.ts";
import { text } from "../shaping.ts";
import { readPullRequest, readPush, readStatus } from "./cloud.ts";
import { sample } from "./sample.ts";
import { readServerPullRequest, readServerPush } from "./server.ts";

/** Where a proxy dropped the header: the body of Data Center names it, that of Cloud has its shape. */
const SHAPES = {
  commit_status: "repo:commit_status_updated",
  pullrequest: "pullrequest:updated",
  push: "repo:push",
};

function eventOf({ headers, body }: Reading): string | null {
  if (typeof body !== "object" || body === null) return null;
  const named = text(headers["x-event-key"]) ?? text(Reflect.get(body, "eventKey"));
  const shape = Object.entries(SHAPES).find(([key]) => Object.hasOwn(body, key));
  return named ?? shape?.[1] ?? null;
}

const PING = { outcome: "ignored", reason: "ping: the hook is connected" } as const;

export default defineSource({
  name: "bitbucket",
  title: "Bitbucket",
  schemes: [{ type: "hmac-hex", header: "x-hub-signature", prefix: "sha256=", algorithm: "sha256" }],
  deliveryId: (headers) => text(headers["x-request-uuid"]) ?? text(headers["x-request-id"]),
  normalise: byEvent({
    name: "bitbucket",
    title: "Bitbucket",
    field: "the header X-Event-Key",
    eventOf,
    readers: {
      "repo:commit_status_created": readStatus,
      "repo:commit_status_updated": readStatus,
      "repo:push": readPush,
      "repo:refs_changed": readServerPush,
      "pullrequest:created": readPullRequest,
      "pullrequest:updated": readPullRequest,
      "pullrequest:fulfilled": readPullRequest,
      "pullrequest:rejected": readPullRequest,
      "pullrequest:approved": readPullRequest,
      "pullrequest:changes_request_created": readPullRequest,
      "pr:opened": readServerPullRequest,
      "pr:modified": readServerPullRequest,
      "pr:from_ref_updated": readServerPullRequest,
      "pr:merged": readServerPullRequest,
      "pr:declined": readServerPullRequest,
      "pr:deleted": readServerPullRequest,
      "pr:reviewer:*": readServerPullRequest,
      "diagnostics:ping": () => PING,
    },
  }),
  setup: [
    "Cloud: in the repository open Repository settings > Webhooks > Add webhook; enter the address above as URL and the secret as Secret.",
    "Choose from a full list of triggers: Repository Push, Build status created and updated; Pull request Created, Updated, Approved, Changes requested, Merged, Declined.",
    "Data Center: open Repository settings > Webhooks > Create webhook with the same URL and secret; tick Repository Push and all Pull request events.",
  ],
  sample,
});
