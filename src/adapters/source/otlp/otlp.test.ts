/** OpenTelemetry traces: the suite of the port, what the spans of each plugin become, protobuf beside JSON, and bodies that are broken. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { traces as protobuf } from "../../../../test/otlp-protobuf.ts";
import { type Row, rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import { activityId } from "../../../kit/ids.ts";
import type { Reading } from "../../../ports/source.ts";
import otlp from "./index.ts";

sourceConformance(otlp);

const TRACE = "5b8efff798038103d269b633813fc60c";
const reading = (body: unknown): Reading => ({
  ...{ headers: {}, body, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
});
const attributes = (values: Record<string, string | number | boolean>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === "string"
        ? { stringValue: value }
        : typeof value === "number"
          ? { intValue: String(value) }
          : { boolValue: value },
  }));

interface Said {
  own?: Record<string, string | number | boolean>;
  resource?: Record<string, string>;
  scope?: string;
  span?: Record<string, unknown>;
}

const bodyOf = ({ own = {}, resource = {}, scope = "plugin", span = {} }: Said) => ({
  resourceSpans: [
    {
      resource: { attributes: attributes(resource) },
      scopeSpans: [
        {
          scope: { name: scope },
          spans: [
            {
              ...{ traceId: TRACE, spanId: "eee19b7ec3c1b174", name: "step", kind: 1 },
              ...{ startTimeUnixNano: "1544712660000000000", endTimeUnixNano: "1544712661500400000" },
              attributes: attributes(own),
              status: {},
              ...span,
            },
          ],
        },
      ],
    },
  ],
});
const rowOf = (said: Said): Row | undefined => rowsOf(otlp, [reading(bodyOf(said))])[0];

const PARENT = { parentSpanId: "eee19b7ec3c1b173" };
const KINDS: ReadonlyArray<readonly [what: string, said: Said, row: Row]> = [
  [
    "a run of a pipeline, by the conventions",
    {
      own: { "cicd.pipeline.result": "failure" },
      resource: { "service.name": "shop", "cicd.pipeline.run.id": "7" },
    },
    { kind: "pipeline", status: "failed", service: "shop" },
  ],
  [
    "a run that builds",
    { own: { "cicd.pipeline.result": "success", "cicd.pipeline.action.name": "BUILD" } },
    { kind: "build" },
  ],
  ["a task that builds", { own: { "cicd.pipeline.task.type": "build" }, span: PARENT }, { kind: "build" }],
  ["a task that tests", { own: { "cicd.pipeline.task.type": "test" }, span: PARENT }, { kind: "check" }],
  [
    "a task that deploys, with the environment on its resource",
    {
      own: { "cicd.pipeline.task.type": "deploy", "service.version": "1.4.2" },
      resource: { "deployment.environment.name": "prod-eu" },
    },
    { kind: "deployment", environment: "prod-eu", version: "1.4.2" },
  ],
  ["a task of no type", { own: { "cicd.pipeline.task.name": "lint" }, span: PARENT }, { kind: "stage" }],
  [
    "a job of the GitLab receiver that deploys",
    {
      own: {
        "cicd.pipeline.task.name": "deploy",
        "cicd.pipeline.task.run.result": "failed",
        "cicd.pipeline.task.run.environment.name": "prod-eu",
        "gitlab.environment.action": "start",
        "gitlab.job.failure_reason": "script_failure",
      },
      resource: { "service.name": "web-shop", "cicd.pipeline.run.id": "96" },
      span: PARENT,
    },
    { kind: "deployment", status: "failed", environment: "prod-eu", error: "script_failure" },
  ],
  [
    "a job of the GitLab receiver that stops an environment",
    { own: { "cicd.pipeline.task.run.environment.name": "review/7", "gitlab.environment.action": "stop" } },
    { kind: "deployment", deploymentKind: "teardown" },
  ],
  [
    "a job of the GitLab receiver without environment",
    {
      own: { "cicd.pipeline.task.name": "test", "cicd.pipeline.task.run.environment.name": "" },
      span: PARENT,
    },
    { kind: "stage" },
  ],
  [
    "a stage of the GitLab receiver",
    { resource: { "cicd.pipeline.run.id": "96" }, span: PARENT },
    { kind: "stage" },
  ],
  ["a pipeline of a receiver", { resource: { "cicd.pipeline.run.id": "96" } }, { kind: "pipeline" }],
  [
    "a build of Jenkins: its service is the job",
    {
      own: {
        "ci.pipeline.id": "team/shop",
        "ci.pipeline.run.number": 41,
        "ci.pipeline.run.result": "ABORTED",
        "ci.pipeline.run.url": "https://ci.example.com/job/shop/41/",
      },
      resource: { "service.name": "jenkins", "service.version": "2.480" },
    },
    {
      kind: "pipeline",
      service: "team/shop",
      status: "canceled",
      url: "https://ci.example.com/job/shop/41/",
    },
  ],
  [
    "a step of Jenkins",
    { own: { "jenkins.pipeline.step.type": "sh", "jenkins.pipeline.step.result": "UNSTABLE" }, span: PARENT },
    { kind: "stage", status: "succeeded" },
  ],
  ["a span of otel-cli", { resource: { "service.name": "otel-cli" } }, { kind: "action" }],
];

describe("what a span becomes", () => {
  test.each(KINDS)("%s", (_what, said, row) => {
    expect(rowOf(said)).toMatchObject(row);
  });
  test("ids come from trace and span, the duration is reported, the parent is one of the same trace", () => {
    const object = (spanId: string) => ({
      ...{
        identityKind: "span",
        source: "otlp",
        instance: "otlp",
        externalId: `${TRACE}-${spanId}`,
        attempt: 1,
      },
    });
    expect(rowOf({ span: { ...PARENT, traceId: TRACE.toUpperCase() } })).toMatchObject({
      id: activityId(object("eee19b7ec3c1b174")),
      parentId: activityId(object("eee19b7ec3c1b173")),
      startedAt: "2018-12-13T14:51:00.000Z",
      finishedAt: "2018-12-13T14:51:01.500Z",
      durationMs: 1500,
      durationFrom: "reported",
      status: "succeeded",
    });
  });
  test("commit, branch, repository and what went wrong", () => {
    const own = {
      "vcs.ref.head.revision": "279484C09FBE69EDEDFCED8C1BB6E6D24616B468",
      "vcs.ref.head.name": "refs/heads/main",
      "vcs.repository.url.full": "https://git.example.com/web/shop.git",
    };
    const events = [{ name: "exception", attributes: attributes({ "exception.message": "no space left" }) }];
    expect(rowOf({ own, span: { status: { code: 2 }, events } })).toMatchObject({
      commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      ref: "main",
      repository: "https://git.example.com/web/shop",
      service: "web/shop",
      status: "failed",
      error: "no space left",
    });
  });
  test("attributes that nobody knows are not kept: they may be parameters", () => {
    const row = rowOf({ own: { "ci.pipeline.parameter.value": "hunter2", password: "hunter2" } });
    expect(JSON.stringify(row)).not.toContain("hunter2");
  });
});

describe("what is left out", () => {
  const result = (said: Said) => otlp.normalise(reading(bodyOf(said)));
  test("applications at work, and what a vice told", () => {
    expect(result({ own: { "http.request.method": "GET" } })).toMatchObject({ outcome: "ignored" });
    expect(result({ scope: "vice" })).toMatchObject({
      outcome: "ignored",
      reason: expect.stringContaining("a vice told"),
    });
  });
  test("a span without ids is counted, the others are taken", () => {
    const good = bodyOf({});
    const bad = bodyOf({ span: { spanId: "0000000000000000" } });
    const body = { resourceSpans: [...good.resourceSpans, ...bad.resourceSpans] };
    expect(otlp.normalise(reading(body))).toMatchObject({
      outcome: "accepted",
      transitions: [{ step: "succeeded" }],
      left: { rejected: 1 },
    });
  });
});

describe("protobuf", () => {
  const headers = { "content-type": "application/x-protobuf" };

  test("a body of nothing but empty spans is refused before it fills the memory", () => {
    const spans = Buffer.alloc(2 * 2_000_001, Buffer.from([0x12, 0]));
    const sized = (bytes: Buffer): Buffer => {
      const size: number[] = [];
      for (let left = bytes.length; left > 0; left = Math.floor(left / 128))
        size.push((left % 128) | (left >= 128 ? 128 : 0));
      return Buffer.concat([Buffer.from(size), bytes]);
    };
    const inScope = Buffer.concat([Buffer.from([0x12]), sized(spans)]);
    const body = Buffer.concat([Buffer.from([0x0a]), sized(inScope)]);
    expect(otlp.decode?.(headers, body)).toEqual({
      problem: "it is no protobuf of OTLP traces: it has too many parts",
    });
  });
  test("reads as the same JSON would", () => {
    const body = bodyOf({
      own: { "cicd.pipeline.task.type": "deploy", n: 300, yes: true },
      resource: { "service.name": "shop" },
      span: {
        ...PARENT,
        status: { code: 2, message: "ünlucky" },
        links: [{ traceId: TRACE, spanId: "eee19b7ec3c1b175" }],
      },
    });
    expect(otlp.decode?.(headers, protobuf(body))).toEqual({
      body: { resourceSpans: [expect.objectContaining({ scopeSpans: body.resourceSpans[0]?.scopeSpans })] },
    });
    const decoded = otlp.decode?.(headers, protobuf(body));
    expect(rowsOf(otlp, [reading(decoded && "body" in decoded ? decoded.body : null)])).toEqual(
      rowsOf(otlp, [reading(body)]),
    );
  });
  test("JSON is left to others", () => {
    expect(otlp.decode?.({ "content-type": "application/json" }, Buffer.from("{}"))).toBeNull();
  });
  test("any bytes are read or refused, cut ones too", () => {
    const whole = protobuf(bodyOf({ own: { a: "b" } }));
    const cut = fc.nat(whole.length).map((length) => whole.subarray(0, length));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), cut), (bytes) => {
        const decoded = otlp.decode?.(headers, bytes) ?? null;
        expect(decoded).not.toBeNull();
        if (decoded !== null && "body" in decoded) otlp.normalise(reading(decoded.body));
      }),
      { numRuns: 500 },
    );
  });
  test("values in values without end are refused", () => {
    let value = Buffer.alloc(0);
    for (let n = 0; n < 60; n += 1) {
      const list = Buffer.concat([Buffer.from([10, ...lengthOf(value)]), value]);
      value = Buffer.concat([Buffer.from([42, ...lengthOf(list)]), list]);
    }
    let body = Buffer.concat([Buffer.from([18, ...lengthOf(value)]), value]);
    for (const tag of [10, 10, 10]) body = Buffer.concat([Buffer.from([tag, ...lengthOf(body)]), body]);
    expect(otlp.decode?.(headers, body)).toEqual({ problem: expect.stringContaining("too deep") });
  });
});

const lengthOf = (bytes: Uint8Array): number[] =>
  bytes.length < 128 ? [bytes.length] : [(bytes.length % 128) | 128, Math.floor(bytes.length / 128)];

needs("webhook-fixtures").test("the example of the specification", () => {
  const body: unknown = JSON.parse(readFileSync(fixturePath("otlp", "trace.json"), "utf8"));
  expect(rowsOf(otlp, [reading(body)])).toEqual([
    expect.objectContaining({
      ...{ kind: "action", source: "otlp", service: "my.service", status: "succeeded", durationMs: 1000 },
      tags: { name: "I'm a server span", emitter: "my.service", parentSpan: "eee19b7ec3c1b173" },
    }),
  ]);
  const metrics: unknown = JSON.parse(readFileSync(fixturePath("otlp", "metrics.json"), "utf8"));
  expect(otlp.normalise(reading(metrics))).toMatchObject({ outcome: "unmapped" });
});
