/** Flux: the suite of the port, the recorded failure, and the traps of severity and reason. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import flux from "./index.ts";

const { body } = flux.sample;
const helm = {
  ...body,
  involvedObject: { ...body.involvedObject, kind: "HelmRelease", name: "basket" },
  metadata: { revision: "6.5.4", "app-version": "2.1.0", token: "sha256:aa", environment: "prod-eu" },
  reason: "UpgradeSucceeded",
};

sourceConformance(flux, { deliveries: [{ headers: {}, body: helm }] });

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
const rows = (bodies: unknown[]) => rowsOf(flux, bodies.map(reading));

needs("webhook-fixtures").test("the recorded failure, with the older form of a revision", () => {
  const file = fixturePath("flux", "event.kustomization-validation-failed.json");
  expect(rows([JSON.parse(readFileSync(file, "utf8"))])).toEqual([
    expect.objectContaining({
      kind: "deployment",
      service: "webapp",
      environment: "apps",
      status: "failed",
      ref: "main",
      commitSha: "731f7eaddfb6af01cb2173e18f0f75b0ba780ef1",
      finishedAt: "2022-10-28T07:26:19.000Z",
      error: expect.stringContaining("Unsupported value"),
    }),
  ]);
});

test("what failed and got there at another try is both, in any order; telling it again changes nothing", () => {
  const at = (time: string, over: object) => ({ ...body, timestamp: `2026-11-20T${time}Z`, ...over });
  const story = [
    at("10:00:00", { reason: "Progressing" }),
    at("10:00:30", { severity: "error", reason: "HealthCheckFailed", message: "timeout" }),
    at("10:02:00", {}),
    at("10:12:00", {}),
  ];
  for (const order of orders(story)) {
    const found = rows(order);
    expect(found).toHaveLength(2);
    expect(found).toMatchObject([
      {
        status: "succeeded",
        startedAt: "2026-11-20T10:00:00.000Z",
        finishedAt: "2026-11-20T10:02:00.000Z",
        durationMs: 120_000,
      },
      { status: "failed", error: "timeout" },
    ]);
    expect(found[1]).not.toHaveProperty("durationMs");
  }
});

test("a release has the version of what it holds, and other values are another deployment", () => {
  const other = { ...helm, metadata: { ...helm.metadata, token: "sha256:bb" } };
  expect(rows([helm])).toMatchObject([{ service: "basket", environment: "prod-eu", version: "2.1.0" }]);
  expect(rows([helm, other])).toHaveLength(2);
  expect(rows([{ ...helm, reason: "RollbackSucceeded" }])).toMatchObject([{ deploymentKind: "rollback" }]);
});

test.each([
  ["info", "DependencyNotReady"],
  ["info", "TestSucceeded"],
  ["info", "UninstallSucceeded"],
  ["trace", "ReconciliationSucceeded"],
])("%s %s says nothing about a deployment", (severity, reason) => {
  expect(flux.normalise(reading({ ...body, severity, reason }))).toMatchObject({ outcome: "ignored" });
});

test("the repository that is fetched is not deployed", () => {
  const repository = { ...body, involvedObject: { ...body.involvedObject, kind: "GitRepository" } };
  expect(flux.normalise(reading(repository))).toMatchObject({ outcome: "ignored" });
});
