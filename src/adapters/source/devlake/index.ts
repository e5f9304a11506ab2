/**
 * Source: the deployments body of Apache DevLake's incoming webhook, also for deployments that still run.
 *
 * Key: `id` (formerly `pipeline_id`); without one, repository, sha, environment and start together. One body is one
 * deployment, however many repositories its commits come from: the first commit counts and the others are tags, because
 * the start of a deployment may be told before its commits are known.
 */
import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { transitionsOf } from "./map.ts";
import { deploymentSchema } from "./schema.ts";

function normalise({ body, instance }: Reading): Normalised {
  const parsed = deploymentSchema.safeParse(body);
  if (!parsed.success) return { outcome: "unmapped", reason: "the body is no JSON object" };
  const transitions = transitionsOf(parsed.data, instance);
  if (typeof transitions !== "string") return { outcome: "accepted", transitions };
  return { outcome: "unmapped", reason: `no DevLake deployment: ${transitions}` };
}

export default defineSource({
  name: "devlake",
  title: "DevLake deployments",
  schemes: [{ type: "bearer" }],
  deliveryId: () => null,
  normalise,
  setup: [
    "Take the script or tool that posts to DevLake (.../plugins/webhook/connections/<id>/deployments).",
    "Post the same body to the address above, with the secret as `Authorization: Bearer <secret>`.",
    "Leave finishedDate out to report a deployment that has just begun, and post again with the same id when it ends.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      id: "vice-test-2041",
      createdDate: "2026-11-20T09:59:30+00:00",
      startedDate: "2026-11-20T10:00:00+00:00",
      finishedDate: "2026-11-20T10:01:30+00:00",
      result: "SUCCESS",
      environment: "PRODUCTION",
      name: "shop",
      displayTitle: "Release 1.4.2 of the shop",
      deploymentCommits: [
        {
          repoUrl: "https://git.shop.example.com/web/shop",
          refName: "v1.4.2",
          commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
          commitMsg: "Show the delivery date in the basket",
        },
      ],
    },
  },
});
