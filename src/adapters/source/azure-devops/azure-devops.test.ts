/** Azure DevOps: the suite of the port, the recorded deliveries, and releases as they are documented. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import azure from "./index.ts";

const containers = azure.sample.body.resourceContainers;
const pipeline = (eventType: string, resource: object, createdDate = "2026-11-20T10:00:00Z") => ({
  id: `${eventType}-${createdDate}`,
  eventType,
  resource: { pipeline: { id: 2, name: "shop-ci" }, ...resource },
  resourceContainers: containers,
  createdDate,
});
const run = { id: 11, name: "20261120.1", state: "inProgress", createdDate: "2026-11-20T09:59:00Z" };
const STAGE = pipeline("ms.vss-pipelines.stage-state-changed-event", {
  run,
  stage: { name: "Deploy", state: "completed", result: "succeeded" },
});
const JOB = pipeline("ms.vss-pipelines.job-state-changed-event", {
  run,
  stage: { name: "Deploy" },
  job: { name: "web", state: "completed", result: "failed", startTime: "2026-11-20T09:59:30Z" },
});
const PUSH = {
  eventType: "git.push",
  resource: {
    commits: [
      { commitId: "279484c09fbe69ededfced8c1bb6e6d24616b468", comment: "x", author: { name: "Robin" } },
    ],
    repository: { remoteUrl: "https://dev.azure.com/example-shop/shop/_git/shop" },
  },
};

sourceConformance(azure, { deliveries: [STAGE, JOB, PUSH].map((body) => ({ headers: {}, body })) });

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
const rows = (bodies: unknown[]) => rowsOf(azure, bodies.map(reading));
const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(fixturePath("azure-devops", name), "utf8"));

needs("webhook-fixtures").describe("recorded Azure DevOps deliveries", () => {
  test("a build of the older form", () => {
    expect(rows([recorded("build.complete.json")])).toEqual([
      expect.objectContaining({
        kind: "build",
        externalId: "be9b3917-87e6-42a4-a549-2bc06a7a878f/2",
        status: "succeeded",
        service: "ConsumerAddressModule",
        commitSha: "600c52d2d5b655caa111abfd863e5a9bd304bb0e",
        ref: "master",
        durationMs: 123860,
        actor: { name: "Normal Paulk", login: "fabrikamfiber16" },
        tags: {
          "azure.reason": "manual",
          "azure.result": "succeeded",
          buildNumber: "ConsumerAddressModule_20150407.1",
        },
      }),
    ]);
  });
  test("a push is no activity, and tells its commits", () => {
    const result = azure.normalise(reading(recorded("git.push.json")));
    expect(result).toMatchObject({
      transitions: [],
      commits: {
        commits: [
          {
            sha: "33b55f7cb7e7e245323987634f960cf4a6e6bc74",
            message: "Fixed bug in web.config file",
            committedAt: "2015-02-25T19:01:00.000Z",
            author: { name: "Jamal Hartnett", login: null },
          },
        ],
      },
    });
    expect(JSON.stringify(azure.normalise(reading(recorded("git.push.argocd.json"))))).not.toContain("@");
  });
});

const release = (event: string, status: string, createdDate: string, attempt = 1) => ({
  id: `${event}-${attempt}`,
  eventType: `ms.vss-release.deployment-${event}-event`,
  resource: {
    environment: { id: 31, name: "Production", status, release: { name: "Release-7" } },
    deployment: { attempt },
    release: { name: null, releaseDefinition: { name: "Shop CD" } },
    project: { id: "00000000-0000-0000-0000-000000000000", name: "Shop" },
  },
  resourceContainers: containers,
  createdDate,
});

test("a release to a stage is one deployment, and doing it again another", () => {
  const story = [
    release("started", "queued", "2026-11-20T10:00:00Z"),
    release("completed", "partiallySucceeded", "2026-11-20T10:05:00Z"),
    release("started", "queued", "2026-11-20T10:10:00Z", 2),
    release("completed", "succeeded", "2026-11-20T10:12:00Z", 2),
  ];
  expect(rows(story)).toEqual(rows([...story].reverse()));
  expect(rows(story)).toMatchObject([
    { attempt: 1, status: "failed", durationMs: 300_000, service: "Shop CD", environment: "Production" },
    { attempt: 2, status: "succeeded", durationMs: 120_000, version: "Release-7" },
  ]);
});

test("the run of a YAML pipeline and its finished build are one; its stages and jobs stand below", () => {
  const ended = { ...run, state: "completed", result: "succeeded", finishedDate: "2026-11-20T10:05:00Z" };
  const build = {
    ...pipeline("build.complete", {
      id: 11,
      status: "completed",
      result: "succeeded",
      buildNumber: "20261120.1",
    }),
    createdDate: "2026-11-20T10:05:01Z",
  };
  const [row, stage, job, ...others] = rows([
    pipeline("ms.vss-pipelines.run-state-changed-event", { run }),
    pipeline("ms.vss-pipelines.run-state-changed-event", { run: ended }, "2026-11-20T10:05:01Z"),
    build,
    STAGE,
    JOB,
  ]);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    status: "succeeded",
    startedAt: "2026-11-20T10:00:00.000Z",
    durationMs: 300_000,
  });
  expect(stage).toMatchObject({
    kind: "stage",
    status: "succeeded",
    tags: { name: "Deploy" },
    parentId: row?.id,
  });
  expect(job).toMatchObject({ kind: "stage", status: "failed", tags: { name: "web" }, parentId: stage?.id });
});
