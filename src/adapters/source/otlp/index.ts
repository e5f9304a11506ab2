/**
 * Source: OpenTelemetry traces (OTLP over HTTP, JSON or protobuf) of CI/CD plugins, receivers and `otel-cli`. Each span is one
 * activity; its key is trace id and span id. What applications do at work is left out, and so is what a vice told.
 */
import { SCOPE } from "../../../domain/otlp/conventions.ts";
import { NoProtobuf, tracesFromProtobuf } from "../../../domain/otlp/read-protobuf.ts";
import type { Transition } from "../../../domain/transition.ts";
import { defineSource, type LeftOut, type Normalised, type Reading } from "../../../ports/source.ts";
import { isTraffic } from "./kind.ts";
import { readSpan, transitionOf } from "./map.ts";
import { attributesOf, tracesSchema } from "./schema.ts";

/** One request of a collector holds some thousands at most. */
const MOST_SPANS = 20_000;

interface Sorted {
  transitions: Transition[];
  rejected: number;
  problem: string | null;
  traffic: number;
  ofVice: number;
}

function normalise({ body }: Reading): Normalised {
  const parsed = tracesSchema.safeParse(body);
  if (!parsed.success) return { outcome: "unmapped", reason: "no OTLP traces: resourceSpans is missing" };
  const sorted: Sorted = { transitions: [], rejected: 0, problem: null, traffic: 0, ofVice: 0 };
  for (const each of parsed.data.resourceSpans) {
    const resource = attributesOf(each?.resource?.attributes);
    for (const scope of each?.scopeSpans ?? []) {
      const isOfVice = scope?.scope?.name === SCOPE;
      for (const span of scope?.spans ?? []) {
        if (isOfVice) sorted.ofVice += 1;
        else sort(span === null ? "it is no span" : readSpan(span, resource), sorted);
      }
    }
  }
  return resultOf(sorted);
}

function sort(read: ReturnType<typeof readSpan>, sorted: Sorted): void {
  if (typeof read !== "string" && isTraffic(read.said)) sorted.traffic += 1;
  else if (typeof read !== "string" && sorted.transitions.length < MOST_SPANS)
    sorted.transitions.push(transitionOf(read));
  else {
    sorted.rejected += 1;
    sorted.problem ??= typeof read === "string" ? read : `more than ${MOST_SPANS} at once`;
  }
}

function resultOf({ transitions, rejected, problem, traffic, ofVice }: Sorted): Normalised {
  const left: LeftOut | null =
    rejected === 0 ? null : { rejected, reason: `${rejected} of the spans cannot be read: ${problem}` };
  if (transitions.length > 0) return { outcome: "accepted", transitions, ...(left === null ? {} : { left }) };
  if (left !== null) return { outcome: "unmapped", reason: left.reason, left };
  if (ofVice > 0) return { outcome: "ignored", reason: "a vice told these spans; they are known there" };
  const reason = traffic > 0 ? "spans of applications at work are not used" : "there is no span in it";
  return { outcome: "ignored", reason };
}

const PROTOBUF = /^application\/(x-)?protobuf\b/i;

export default defineSource({
  name: "otlp",
  title: "OpenTelemetry traces",
  schemes: [{ type: "bearer" }],
  deliveryId: () => null,
  decode: (headers, rawBody) => {
    if (!PROTOBUF.test(headers["content-type"] ?? "")) return null;
    try {
      return { body: tracesFromProtobuf(rawBody) };
    } catch (error) {
      if (!(error instanceof NoProtobuf)) throw error;
      return { problem: `it is no protobuf of OTLP traces: ${error.message}` };
    }
  },
  normalise,
  setup: [
    "In the collector add an exporter: otlphttp with `traces_endpoint: <the address above>`, and name it in the pipeline of traces.",
    "Give it the secret: `headers: { authorization: Bearer <secret> }`.",
    "A plugin without a collector (Jenkins OpenTelemetry plugin, otel-cli) takes the same address as its OTLP endpoint over HTTP.",
  ],
  sample: {
    headers: { "content-type": "application/json" },
    body: {
      resourceSpans: [
        {
          resource: {
            attributes: [
              { key: "service.name", value: { stringValue: "shop" } },
              { key: "cicd.pipeline.name", value: { stringValue: "release" } },
              { key: "cicd.pipeline.run.id", value: { stringValue: "vice-test-2041" } },
              {
                key: "vcs.repository.url.full",
                value: { stringValue: "https://git.shop.example.com/web/shop" },
              },
              {
                key: "vcs.ref.head.revision",
                value: { stringValue: "279484c09fbe69ededfced8c1bb6e6d24616b468" },
              },
            ],
          },
          scopeSpans: [
            {
              scope: { name: "example" },
              spans: [
                {
                  traceId: "7e577e577e577e577e577e577e577e57",
                  spanId: "7e577e577e570001",
                  name: "RUN release",
                  kind: 2,
                  startTimeUnixNano: "1795168800000000000",
                  endTimeUnixNano: "1795168920000000000",
                  attributes: [{ key: "cicd.pipeline.result", value: { stringValue: "success" } }],
                  status: {},
                },
                {
                  traceId: "7e577e577e577e577e577e577e577e57",
                  spanId: "7e577e577e570002",
                  parentSpanId: "7e577e577e570001",
                  name: "deploy",
                  kind: 1,
                  startTimeUnixNano: "1795168830000000000",
                  endTimeUnixNano: "1795168920000000000",
                  attributes: [
                    { key: "cicd.pipeline.task.name", value: { stringValue: "deploy" } },
                    { key: "cicd.pipeline.task.type", value: { stringValue: "deploy" } },
                    { key: "cicd.pipeline.task.run.id", value: { stringValue: "vice-test-2042" } },
                    { key: "cicd.pipeline.task.run.result", value: { stringValue: "success" } },
                    { key: "deployment.environment.name", value: { stringValue: "staging" } },
                    { key: "service.version", value: { stringValue: "v1.4.2" } },
                  ],
                  status: {},
                },
              ],
            },
          ],
        },
      ],
    },
  },
});
