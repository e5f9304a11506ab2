/**
 * Source: Azure DevOps service hooks (Microsoft Learn "Service hook events" and "Webhooks with Azure DevOps").
 *
 * Keys: build and run of a YAML pipeline share identityKind `build` and `<project id>/<number>`, since they are one thing;
 * stages and jobs `stage`; a classic release's stage `deployment` with `<collection id>/<environment id>` and its attempt.
 * Nothing is signed: the hook sends HTTP Basic or a header of free choice.
 */

import { defineSource, type Normalised, type Reading } from "../../../ports/source.ts";
import { byEvent, ignored } from "../by-event.ts";
import { commitsSeen } from "../pushed.ts";
import { repositoryUrl, text } from "../shaping.ts";
import { readBuild, readJob, readRun, readStage } from "./build.ts";
import { readCompleted, readStarted } from "./release.ts";
import { sample } from "./sample.ts";
import { envelopeSchema, pushSchema } from "./schema.ts";

/** A push is no activity, but it tells commits. */
function readPush({ body }: Reading): Normalised {
  const resource = pushSchema.safeParse(body).data?.resource;
  const commits = commitsSeen(
    repositoryUrl(resource?.repository?.remoteUrl),
    (resource?.commits ?? []).flatMap((one) => {
      if (one === null || one === undefined) return [];
      const { commitId, comment, url, author, committer } = one;
      const times = { authoredAt: author?.date, committedAt: committer?.date };
      return [{ sha: commitId, message: comment, url, author: { name: author?.name }, ...times }];
    }),
  );
  return commits === undefined
    ? ignored("a push is not an activity")
    : { outcome: "accepted", transitions: [], commits };
}

export default defineSource({
  name: "azure-devops",
  title: "Azure DevOps",
  schemes: [{ type: "basic" }],
  deliveryId: (_headers, body) => text(envelopeSchema.safeParse(body).data?.id),
  normalise: byEvent({
    name: "azure-devops",
    title: "Azure DevOps",
    field: "eventType",
    eventOf: ({ body }) => text(envelopeSchema.safeParse(body).data?.eventType),
    readers: {
      "build.complete": readBuild,
      "ms.vss-release.deployment-started-event": readStarted,
      "ms.vss-release.deployment-completed-event": readCompleted,
      "ms.vss-pipelines.run-state-changed-event": readRun,
      "ms.vss-pipelines.stage-state-changed-event": readStage,
      "ms.vss-pipelines.job-state-changed-event": readJob,
      "git.push": readPush,
    },
  }),
  setup: [
    "In the project open Project settings > Service hooks, Create subscription, Web Hooks.",
    "Choose a trigger: Build completed; Release deployment started and Release deployment completed for classic releases; Run state changed and Run stage state changed for YAML pipelines; Code pushed for the commits. Each is a subscription of its own.",
    "Enter the address above as URL, any name as Basic authentication username and the secret as Basic authentication password.",
    "Leave Resource details to send at All and choose Finish. Test sends a sample of Microsoft's, which would count as a real one.",
  ],
  sample,
});
