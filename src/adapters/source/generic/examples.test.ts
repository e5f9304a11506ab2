/** The mappings in examples/mappings are short, right, and read what the vendors really send. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { type Row, rowsOf } from "../../../conformance/folding.ts";
import { activityId } from "../../../kit/ids.ts";
import { genericSource, mappingsSchema } from "./index.ts";

const folder = join(import.meta.dirname, "../../../../examples/mappings");
const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");

/** All files of a tool as one source, as the list in `vice.server.yaml` would have them. */
function rows(tool: string, bodies: unknown[]): Row[] {
  const own = files.filter((file) => file.startsWith(tool));
  const source = genericSource(tool, mappingsSchema.parse(own.map((file) => parse(textOf(file)))));
  const receivedAt = "2026-11-20T12:00:00.000Z";
  return rowsOf(
    source,
    bodies.map((body) => ({ headers: {}, body, instance: null, receivedAt, options: undefined })),
  );
}

test.each(files)("%s is a mapping of at most 15 lines", (file) => {
  const lines = textOf(file)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  expect(lines.length).toBeLessThanOrEqual(15);
  expect(mappingsSchema.safeParse(parse(textOf(file))).error).toBeUndefined();
});

const recorded = (...path: string[]): unknown => JSON.parse(readFileSync(fixturePath(...path), "utf8"));

needs("webhook-fixtures").describe("recorded deliveries", () => {
  test("Netlify: building and ready are one deployment, in both orders", () => {
    const pair = [recorded("netlify", "deploy_building.json"), recorded("netlify", "deploy_created.json")];
    expect(rows("netlify", pair)).toEqual(rows("netlify", [...pair].reverse()));
    expect(rows("netlify", pair)).toEqual([
      expect.objectContaining({
        kind: "deployment",
        source: "netlify",
        externalId: "5b78192ac9659217dbf7c9aa",
        service: "objective-jepsen-35fbb2",
        environment: "production",
        status: "succeeded",
        finishedAt: "2018-08-18T13:03:42.462Z",
        durationMs: 3000,
        durationFrom: "reported",
        ref: "master",
      }),
    ]);
  });
  test("CircleCI: a workflow of GitHub and a job of GitLab", () => {
    const bodies = ["workflow-completed.github.json", "job-completed.gitlab.json"];
    const [workflow, job] = rows(
      "circleci",
      bodies.map((name) => recorded("circleci", name)),
    );
    expect(workflow).toMatchObject({
      kind: "pipeline",
      status: "succeeded",
      commitSha: "a5e30a908224e46626a796d058289475f6d387b5",
      ref: "main",
      finishedAt: "2022-09-20T12:54:38.599Z",
      tags: { workflow: "sample", pipeline: "4" },
    });
    const id = "b23ceb64-127a-4075-a27c-d204a7a0a3b3";
    const parent = {
      identityKind: "pipeline",
      source: "circleci",
      instance: "circleci",
      externalId: id,
      attempt: 1,
    };
    expect(job).toMatchObject({
      kind: "stage",
      status: "succeeded",
      commitSha: "c31f86994c54672f97b5bd5e544315b7bd40e4c1",
      durationMs: 11658,
      parentId: activityId(parent),
      tags: { title: "build-and-test" },
    });
  });
  test("Azure DevOps: a build, and a push is ignored", () => {
    const bodies = ["build.complete.json", "git.push.json"].map((name) => recorded("azure-devops", name));
    expect(rows("azure-devops", bodies)).toEqual([
      expect.objectContaining({
        kind: "build",
        externalId: "be9b3917-87e6-42a4-a549-2bc06a7a878f/2",
        status: "succeeded",
        service: "ConsumerAddressModule",
        commitSha: "600c52d2d5b655caa111abfd863e5a9bd304bb0e",
        durationMs: 123860,
        actor: { name: "Normal Paulk" },
      }),
    ]);
  });
  test("Flux: severity and reason are the status", () => {
    expect(rows("flux", [recorded("flux", "event.kustomization-validation-failed.json")])).toEqual([
      expect.objectContaining({
        service: "webapp",
        environment: "apps",
        status: "failed",
        commitSha: "731f7eaddfb6af01cb2173e18f0f75b0ba780ef1",
        finishedAt: "2022-10-28T07:26:19.000Z",
        error: expect.stringContaining("Unsupported value"),
      }),
    ]);
  });
});

const incident = (type: string, at: string): unknown => ({
  event: {
    id: `01${type}`,
    event_type: `incident.${type}`,
    occurred_at: at,
    agent: { summary: "Robin Example" },
    data: {
      id: "Q1",
      number: 7,
      status: type,
      title: "Checkout is slow",
      html_url: "https://example-shop.pagerduty.com/incidents/Q1",
      urgency: "high",
      service: { id: "P1", summary: "checkout" },
    },
  },
});
const sync = (phase: string, finishedAt?: string): unknown => ({
  app: {
    metadata: { name: "shop", uid: "7d0cdc51", labels: { environment: "prod-eu" } },
    spec: {
      source: { repoURL: "https://git.shop.example.com/ops/shop.git" },
      destination: { namespace: "shop" },
    },
    status: {
      health: { status: "Healthy" },
      summary: { images: ["registry.shop.example.com/shop:1.4.2"] },
      operationState: {
        phase,
        startedAt: "2026-11-20T10:00:00Z",
        finishedAt,
        operation: { initiatedBy: { username: "robin" } },
        syncResult: { revision: "279484c09fbe69ededfced8c1bb6e6d24616b468" },
      },
    },
  },
});
const release = (event: string, status: string, createdDate: string): unknown => ({
  id: `${event}-1`,
  eventType: `ms.vss-release.deployment-${event}-event`,
  message: { text: `Deployment of release Release-7 on stage Production ${event}` },
  resource: {
    environment: {
      id: 31,
      name: "Production",
      status,
      releaseDefinition: { name: "Shop CD" },
      release: { name: "Release-7", _links: { web: { href: "https://dev.azure.com/example-shop/r/7" } } },
    },
  },
  resourceContainers: { project: { id: "be9b3917" } },
  createdDate,
});

describe("deliveries by the vendors' documentation", () => {
  test("PagerDuty: triggered, acknowledged, resolved; a note is ignored", () => {
    const story = [
      incident("triggered", "2026-11-20T10:00:00Z"),
      incident("acknowledged", "2026-11-20T10:02:00Z"),
      incident("annotated", "2026-11-20T10:03:00Z"),
      incident("resolved", "2026-11-20T10:30:00Z"),
    ];
    expect(rows("pagerduty", [...story].reverse())).toEqual([
      expect.objectContaining({
        kind: "incident",
        externalId: "Q1",
        service: "checkout",
        status: "succeeded",
        durationMs: 1800000,
        attempt: 1,
      }),
    ]);
  });
  test("Argo CD: a sync is one deployment", () => {
    expect(rows("argo-cd", [sync("Succeeded", "2026-11-20T10:01:30Z"), sync("Running")])).toEqual([
      expect.objectContaining({
        kind: "deployment",
        externalId: "7d0cdc51/2026-11-20T10:00:00Z",
        service: "shop",
        environment: "prod-eu",
        status: "succeeded",
        version: "1.4.2",
        durationMs: 90000,
        repository: "https://git.shop.example.com/ops/shop",
        tags: { configSha: "279484c09fbe69ededfced8c1bb6e6d24616b468", health: "Healthy" },
      }),
    ]);
  });
  test("Azure DevOps: a release stage starts and ends", () => {
    const story = [
      release("started", "inProgress", "2026-11-20T10:00:00Z"),
      release("completed", "succeeded", "2026-11-20T10:05:00Z"),
    ];
    expect(rows("azure-devops", story)).toEqual([
      expect.objectContaining({
        kind: "deployment",
        externalId: "be9b3917/31",
        service: "Shop CD",
        environment: "Production",
        status: "succeeded",
        version: "Release-7",
        durationMs: 300000,
        url: "https://dev.azure.com/example-shop/r/7",
      }),
    ]);
  });
});
