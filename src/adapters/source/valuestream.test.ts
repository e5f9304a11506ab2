/** ValueStream's custom HTTP: the suite of the port, the recorded bodies, and the three ways to name a parent. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../test/fixtures-dir.ts";
import { needs } from "../../../test/needs.ts";
import { rowsOf } from "../../conformance/folding.ts";
import { orders } from "../../conformance/orders.ts";
import { sourceConformance } from "../../conformance/source.ts";
import type { Reading } from "../../ports/source.ts";
import valuestream from "./valuestream.ts";

const reading = (body: unknown, receivedAt = "2026-11-20T12:00:00.000Z"): Reading => ({
  headers: {},
  body,
  instance: null,
  receivedAt,
  options: undefined,
});
const firstRow = (body: unknown) => rowsOf(valuestream, [reading(body)])[0];

sourceConformance(valuestream, {
  deliveries: [
    {
      headers: {},
      body: { id: "1", action: "end", error: true, parentId: "vstrace-customhttp-build-a-b-2" },
    },
  ],
});

needs("webhook-fixtures").describe("recorded ValueStream bodies", () => {
  const recorded = (name: string) =>
    JSON.parse(readFileSync(fixturePath("valuestream-http", name), "utf8")).payload;

  test("start and end are one deployment, in any order and repeated", () => {
    const readings = [
      reading(recorded("start.json"), "2026-11-20T12:00:00.000Z"),
      reading(recorded("end.json"), "2026-11-20T12:00:09.000Z"),
    ];
    for (const order of orders([...readings, ...readings])) {
      expect(rowsOf(valuestream, order)).toEqual([
        expect.objectContaining({
          kind: "deployment",
          externalId: "myproj/1",
          status: "succeeded",
          startedAt: "2026-11-20T12:00:00.000Z",
          durationMs: 9000,
          tags: { key1: "val1", key2: "val2" },
        }),
      ]);
    }
  });
});

test("the printed id, the full span id and the id of a vice activity all name the parent", () => {
  const parent = firstRow({ id: "c3pq7k8m", action: "start", type: "pipeline" });
  const child = (parentId: string) =>
    firstRow({ id: "child", action: "start", type: "build", parentId })?.parentId;
  expect(child("c3pq7k8m")).toBe(parent?.id);
  expect(child("vstrace-customhttp-pipeline-default-c3pq7k8m")).toBe(parent?.id);
  expect(child(String(parent?.id).toUpperCase())).toBe(parent?.id);
});

test("a full span id names its namespace, also when that or the id has dashes", () => {
  const id = "3b1f0a64-77aa-4c0d-8f35-2d9a6f0f7c11";
  const parent = firstRow({ id, action: "start", namespace: "web-shop" });
  const parentId = `vstrace-customhttp-deploy-web-shop-${id}`;
  expect(firstRow({ id: "child", action: "start", parentId })?.parentId).toBe(parent?.id);
});

test("two namespaces never share a key", () => {
  const keys = [
    { namespace: "a/b", id: "c" },
    { namespace: "a", id: "b/c" },
    { namespace: "a%2Fb", id: "c" },
  ].map((key) => firstRow({ ...key, action: "start" })?.id);
  expect(new Set(keys).size).toBe(3);
});
