/** CircleCI: the suite of the port, and the recorded deliveries field by field. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Reading } from "../../../ports/source.ts";
import circleci from "./index.ts";

const { body } = circleci.sample;
const job = {
  ...body,
  type: "job-completed",
  job: {
    id: "7e577e57-77aa-4c0d-8f35-2d9a6f0f7c13",
    name: "deploy",
    number: 7,
    status: "failed",
    started_at: "2026-11-20T10:00:10Z",
    stopped_at: "2026-11-20T10:01:00Z",
  },
};

sourceConformance(circleci, { deliveries: [{ headers: {}, body: job }] });

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
const recorded = (name: string): unknown => JSON.parse(readFileSync(fixturePath("circleci", name), "utf8"));

needs("webhook-fixtures").test("a recorded workflow of GitHub and a job of GitLab", () => {
  const bodies = ["workflow-completed.github.json", "job-completed.gitlab.json"].map(recorded);
  const [workflow, stage] = rowsOf(circleci, bodies.map(reading));
  expect(workflow).toMatchObject({
    kind: "pipeline",
    service: "circleci-webhook-test",
    status: "succeeded",
    commitSha: "a5e30a908224e46626a796d058289475f6d387b5",
    ref: "main",
    repository: "https://github.com/zulip-testing/circleci-webhook-test",
    startedAt: "2022-09-20T12:54:26.737Z",
    finishedAt: "2022-09-20T12:54:38.599Z",
    durationMs: 11862,
    tags: { name: "sample", "circleci.pipeline": "4" },
  });
  const parent = { identityKind: "pipeline", source: "circleci", instance: "circleci", attempt: 1 };
  expect(stage).toMatchObject({
    kind: "stage",
    status: "succeeded",
    commitSha: "c31f86994c54672f97b5bd5e544315b7bd40e4c1",
    repository: "https://gitlab.com/zulip-testing/circleci-webhook-test",
    durationMs: 11658,
    actor: { login: "hariprashant1" },
    parentId: activityId({ ...parent, externalId: "b23ceb64-127a-4075-a27c-d204a7a0a3b3" }),
    tags: { name: "build-and-test", "circleci.workflow": "sample" },
  });
});

test("the id of the body is the delivery, a ping is known", () => {
  expect(circleci.deliveryId({}, body)).toBe(body.id);
  expect(circleci.normalise(reading({ type: "ping", id: "1" }))).toMatchObject({ outcome: "ignored" });
});
