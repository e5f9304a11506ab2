/** Kubernetes: the suite of the port, events that are notes, and rollouts as `kubectl rollout status` sees them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import kubernetes from "./index.ts";

const deployment = (status: object, lastUpdateTime: string, over: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: {
    name: "shop",
    namespace: "production",
    uid: "u-1",
    generation: 7,
    annotations: { "deployment.kubernetes.io/revision": "12", "kubernetes.io/change-cause": "v1.4.2" },
    labels: { "app.kubernetes.io/name": "shop" },
    ...over,
  },
  spec: {
    replicas: 3,
    template: { spec: { containers: [{ name: "shop", image: "registry.example.com/shop:1.4.2" }] } },
  },
  status: {
    observedGeneration: 7,
    conditions: [{ type: "Progressing", status: "True", reason: "ReplicaSetUpdated", lastUpdateTime }],
    ...status,
  },
});
const STARTING = deployment(
  { replicas: 4, updatedReplicas: 1, availableReplicas: 3 },
  "2026-11-20T10:00:00Z",
);
const DONE = deployment({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 }, "2026-11-20T10:01:30Z");

sourceConformance(kubernetes, {
  deliveries: [
    { headers: {}, body: STARTING },
    { headers: {}, body: { type: "MODIFIED", object: DONE } },
  ],
});

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
const rows = (bodies: unknown[]) => rowsOf(kubernetes, bodies.map(reading));

needs("webhook-fixtures").test("the recorded event is a note: no status, no duration", () => {
  const file = fixturePath("kubernetes", "events.k8s.io.v1.Event.json");
  const [row] = rows([JSON.parse(readFileSync(file, "utf8"))]);
  expect(row).toMatchObject({
    kind: "action",
    externalId: "uidValue",
    service: "nameValue",
    environment: "namespaceValue",
    occurredAt: "2002-01-01T01:01:01.000Z",
    tags: { name: "reasonValue", title: "noteValue", count: "1" },
  });
  for (const key of ["status", "startedAt", "finishedAt", "durationMs"]) expect(row).not.toHaveProperty(key);
});

test.each([
  ["Pod", "shop-web-7c7b47f5f-8bhrp", "shop-web"],
  ["ReplicaSet", "shop-web-7c7b47f5f", "shop-web"],
  ["Pod", "database-0", "database-0"],
  ["Deployment", "shop-7c7b47f5f", "shop-7c7b47f5f"],
])("an event about the %s %s is about %s", (kind, name, service) => {
  const exported = {
    metadata: { uid: "e" },
    reason: "x",
    message: "y",
    involvedObject: { kind, name, namespace: "p" },
  };
  expect(rows([exported])).toMatchObject([{ service, environment: "p" }]);
});

test("a rollout runs until all replicas are new and there; scaling later adds nothing", () => {
  const scaled = deployment(
    { replicas: 5, updatedReplicas: 5, availableReplicas: 3 },
    "2026-11-20T11:00:00Z",
  );
  for (const order of orders([STARTING, { type: "MODIFIED", object: DONE }, scaled])) {
    expect(rows(order)).toEqual([
      expect.objectContaining({
        kind: "deployment",
        externalId: "u-1/12",
        service: "shop",
        environment: "production",
        version: "1.4.2",
        status: "succeeded",
        durationMs: 90_000,
      }),
    ]);
  }
});

test("one that does not get on is a failure, one that is not seen yet is nothing, a deleted one is not used", () => {
  const stuck = deployment({}, "x");
  const condition = {
    type: "Progressing",
    status: "False",
    reason: "ProgressDeadlineExceeded",
    message: "timed out",
  };
  expect(rows([{ ...stuck, status: { ...stuck.status, conditions: [condition] } }])).toMatchObject([
    { status: "failed", error: "timed out" },
  ]);
  expect(kubernetes.normalise(reading(deployment({ observedGeneration: 6 }, "x")))).toMatchObject({
    outcome: "ignored",
  });
  expect(kubernetes.normalise(reading({ type: "DELETED", object: DONE }))).toMatchObject({
    outcome: "ignored",
  });
});
