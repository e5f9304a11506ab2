/** CloudEvents and CDEvents: the suite of the port, the three modes, and the conformance events of the specification. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Reading } from "../../../ports/source.ts";
import cloudevents, { eventReadings } from "./index.ts";
import { purlFacts } from "./purl.ts";

sourceConformance(cloudevents);

const reading = (body: unknown, headers: Record<string, string> = {}): Reading => ({
  headers,
  body,
  instance: null,
  receivedAt: "2026-11-20T12:00:00.000Z",
  options: undefined,
});
const recorded = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(fixturePath("cdevents", `${name}.json`), "utf8"));
const rowOf = (name: string): unknown => rowsOf(cloudevents, [reading(recorded(name))])[0];

const CHAIN = "4c8cb7dd-3448-41de-8768-eec704e2829b";
const DIGEST = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";
const USED: Record<string, Record<string, unknown>> = {
  service_deployed: {
    kind: "deployment",
    status: "succeeded",
    service: "mySubject123",
    environment: "test123",
  },
  service_upgraded: { kind: "deployment", artifact: { name: "myapp", digest: DIGEST } },
  service_rolledback: { kind: "deployment", status: "succeeded", deploymentKind: "rollback" },
  service_removed: {
    kind: "deployment",
    status: "succeeded",
    deploymentKind: "teardown",
    environment: "test123",
  },
  pipelinerun_queued: { kind: "pipeline", status: "pending", service: "myPipeline" },
  pipelinerun_started: { kind: "pipeline", status: "running", startedAt: "2023-03-20T14:27:05.315Z" },
  pipelinerun_finished: { kind: "pipeline", status: "failed", url: "https://www.example.com/mySubject123" },
  taskrun_started: { kind: "stage", status: "running", externalId: "mySubject123@/event/source/123" },
  taskrun_finished: { kind: "stage", status: "failed", error: expect.stringContaining("went wrong") },
  build_started: { kind: "build", status: "running" },
  build_finished: { kind: "build", status: "succeeded", artifact: { name: "myapp", digest: DIGEST } },
  change_created: { kind: "change", status: "running", service: "TestRepo/TestOrg" },
  change_merged: { kind: "change", status: "succeeded" },
  incident_detected: {
    kind: "incident",
    status: "running",
    service: "myApp",
    environment: "prod1",
    tags: {
      "cdevents.chainId": CHAIN,
      title: "Response time above threshold of 100ms",
      "custom.metric": "responseTime",
      "custom.threshold": "100ms",
      "custom.value": "200ms",
    },
  },
  incident_resolved: { kind: "incident", status: "succeeded", finishedAt: "2022-11-11T13:52:20.079Z" },
  testcaserun_finished: { kind: "check", status: "succeeded", environment: "dev" },
  testsuiterun_started: { kind: "check", status: "running" },
  testsuiterun_finished: { kind: "check", status: "failed" },
  ticket_created: { kind: "ticket", status: "pending", actor: { login: "Alice" } },
  ticket_closed: { kind: "ticket", status: "succeeded", url: "https://example.issues.com/ticket123" },
};

needs("webhook-fixtures").describe("conformance events of the CDEvents specification", () => {
  test("each is used as expected or ignored with its type", () => {
    const names = readdirSync(fixturePath("cdevents")).map((file) => file.replace(".json", ""));
    expect(names.length).toBeGreaterThanOrEqual(26);
    for (const name of names) {
      const expected = USED[name];
      if (expected !== undefined) expect(rowOf(name), name).toMatchObject(expected);
      else
        expect(cloudevents.normalise(reading(recorded(name)))).toMatchObject({
          outcome: "ignored",
          reason: expect.stringContaining(`dev.cdevents.${name.replace("_", ".")}`),
        });
    }
  });
  test("a task hangs below its pipeline run", () => {
    const pipeline = rowOf("pipelinerun_started");
    expect(rowOf("taskrun_started")).toHaveProperty("parentId", (pipeline as { id: string }).id);
  });
  test("a pipeline run is one activity, whatever the order", () => {
    const story = ["queued", "started", "finished"].map((step) => reading(recorded(`pipelinerun_${step}`)));
    const rows = orders(story).map((order) => rowsOf(cloudevents, [...order, ...order]));
    expect(new Set(rows.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(rows[0]).toHaveLength(1);
  });
});

describe("modes", () => {
  const { headers, body } = cloudevents.sample;
  const sample = body as { data: unknown; id: string; source: string; type: string };
  const structured = rowsOf(cloudevents, [reading(body, headers)]);
  test.each<[string, Reading]>([
    ["bare", reading(sample.data)],
    ["data as text", reading({ ...sample, data: JSON.stringify(sample.data) })],
    [
      "data in base64",
      reading({
        ...sample,
        data: undefined,
        data_base64: Buffer.from(JSON.stringify(sample.data)).toString("base64"),
      }),
    ],
    [
      "binary",
      reading(sample.data, {
        "ce-specversion": "1.0",
        "ce-id": sample.id,
        "ce-source": encodeURIComponent(sample.source),
        "ce-type": sample.type,
      }),
    ],
    ["batch of one", reading([body], { "content-type": "application/cloudevents-batch+json" })],
  ])("%s is the same as structured", (_, one) => {
    expect(rowsOf(cloudevents, [one])).toEqual(structured);
    expect(structured[0]).toMatchObject({ version: "1.4.2", instance: "deploy.shop.example.com" });
  });
  test("a batch is as good as its best event, and gives one reading per item", () => {
    const batch = reading([{ type: "com.example.other" }, 7, body]);
    expect(cloudevents.normalise(batch)).toMatchObject({ outcome: "accepted", transitions: [{}] });
    expect(eventReadings(batch).map((one) => cloudevents.normalise(one).outcome)).toEqual([
      "ignored",
      "unmapped",
      "accepted",
    ]);
    expect(cloudevents.deliveryId({}, [body])).toBeNull();
  });
  test("events are the same when source, type and id are", () => {
    const id = cloudevents.deliveryId({}, body);
    expect(cloudevents.deliveryId({}, { ...sample, data: null })).toBe(id);
    expect(cloudevents.deliveryId({}, { ...sample, type: "dev.cdevents.service.removed.0.3.0" })).not.toBe(
      id,
    );
  });
});

const run = (context: object, content: object, subject: object = {}): Reading =>
  reading({
    context: { id: "e1", source: "/ci", timestamp: "2026-11-20T10:00:00Z", ...context },
    subject: { id: "run/1@x", content, ...subject },
  });

describe("CDEvents", () => {
  test("0.4 (context.version) and 0.5 (context.specversion) read alike", () => {
    const type = "dev.cdevents.pipelinerun.finished.0.2.0";
    const rows = [{ version: "0.4.1" }, { specversion: "0.5.1" }].map((version) =>
      rowsOf(cloudevents, [run({ type, ...version }, { outcome: "cancel" })]),
    );
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]).toEqual([expect.objectContaining({ status: "canceled", externalId: "run/1%40x@/ci" })]);
  });
  test.each([
    ["success", "succeeded"],
    ["failure", "failed"],
    ["error", "failed"],
    ["cancel", "canceled"],
    ["PASS", "succeeded"],
    ["purple", undefined],
    ["constructor", undefined],
  ])("outcome %s", (outcome, status) => {
    const [row] = rowsOf(cloudevents, [run({ type: "dev.cdevents.taskrun.finished.0.3.0" }, { outcome })]);
    expect(row?.["status"]).toBe(status);
  });
  test("a build that ends without an artifact has no known end", () => {
    const [row] = rowsOf(cloudevents, [run({ type: "dev.cdevents.build.finished.0.3.0" }, {})]);
    expect(row).not.toHaveProperty("status");
  });
  test("the source of the subject is its scope, and a parent's defaults to it", () => {
    const content = { pipelineRun: { id: "p1", pipelineName: "deploy-shop" } };
    const type = "dev.cdevents.taskrun.started.0.3.0";
    const parent = { identityKind: "pipelinerun", source: "cloudevents", instance: "ci.example.com" };
    expect(
      rowsOf(cloudevents, [run({ type }, content, { source: "https://ci.example.com/a" })])[0],
    ).toMatchObject({
      externalId: "run/1%40x@https://ci.example.com/a",
      service: "deploy-shop",
      parentId: activityId({ ...parent, externalId: "p1@https://ci.example.com/a", attempt: 1 }),
    });
  });
  test("traceparent comes before the chain", () => {
    const traceOf = (one: Reading): unknown => {
      const result = cloudevents.normalise(one);
      return result.outcome === "accepted" ? result.transitions[0]?.facts.traceId : result;
    };
    const type = "dev.cdevents.pipelinerun.started.0.3.0";
    const chained = run({ type, chainId: CHAIN }, {});
    expect(traceOf(chained)).toBe("4c8cb7dd344841de8768eec704e2829b");
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const wrapped = reading({
      specversion: "1.0",
      id: "1",
      source: "/ci",
      type,
      traceparent,
      data: chained.body,
    });
    expect(traceOf(wrapped)).toBe("4bf92f3577b34da6a3ce929d0e0e4736");
  });
  test("what is no CDEvent is said to be none", () => {
    const body = {
      specversion: "0.3",
      id: "167",
      source: "job/",
      type: "dev.cdevents.pipelinerun.finished.0.1.0",
      data: {},
    };
    expect(cloudevents.normalise(reading(body))).toMatchObject({
      outcome: "unmapped",
      reason: expect.stringContaining("subject"),
    });
    expect(cloudevents.normalise(reading({ hello: 1 }))).toMatchObject({ outcome: "unmapped" });
    expect(cloudevents.normalise(reading({ type: "sh.keptn.event.deployment.finished" }))).toMatchObject({
      outcome: "ignored",
    });
  });
});

test.each([
  [
    "pkg:golang/example.com/org/shop@v1.4.2",
    { artifact: { name: "example.com/org/shop", digest: null }, version: "v1.4.2", commitSha: null },
  ],
  [
    "pkg:github/example/shop@279484c09fbe69ededfced8c1bb6e6d24616b468",
    {
      artifact: { name: "example/shop", digest: null },
      version: null,
      commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
    },
  ],
  [
    "pkg:npm/%40shop/web@1.0.0",
    { artifact: { name: "@shop/web", digest: null }, version: "1.0.0", commitSha: null },
  ],
  ["pkg:npm/%E0%A4%A", { artifact: { name: "%E0%A4%A", digest: null }, version: null, commitSha: null }],
  ["shop", { artifact: null, version: null, commitSha: null }],
])("purl %s", (purl, expected) => {
  expect(purlFacts(purl)).toEqual(expected);
});
