/** Netlify: the suite of the port, the recorded pair, previews, rollbacks and what must not be stored. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import netlify from "./index.ts";

const { body } = netlify.sample;
const PREVIEW = { ...body, context: "deploy-preview", review_id: 42, state: "error", deploy_time: 0 };

sourceConformance(netlify, {
  deliveries: [
    { headers: { "x-netlify-event": "deploy_failed" }, body: PREVIEW },
    { headers: { "x-netlify-event": "deploy_restored" }, body },
  ],
});

const reading = (body: unknown, event?: string, receivedAt = "2026-11-20T12:00:00.000Z"): Reading => ({
  headers: event === undefined ? {} : { "x-netlify-event": event },
  ...{ body, instance: null, receivedAt, options: undefined },
});
const recorded = (name: string) =>
  reading(JSON.parse(readFileSync(fixturePath("netlify", name), "utf8")), name.replace(".json", ""));

needs("webhook-fixtures").test("building and ready are one deployment, in any order", () => {
  const pair = [recorded("deploy_building.json"), recorded("deploy_created.json")];
  for (const order of orders([...pair, ...pair])) {
    expect(rowsOf(netlify, order)).toEqual([
      expect.objectContaining({
        kind: "deployment",
        externalId: "5b78192ac9659217dbf7c9aa",
        service: "objective-jepsen-35fbb2",
        environment: "production",
        status: "succeeded",
        startedAt: "2018-08-18T13:03:39.800Z",
        finishedAt: "2018-08-18T13:03:42.462Z",
        durationMs: 3000,
        durationFrom: "reported",
        ref: "master",
        url: "https://app.netlify.com/sites/objective-jepsen-35fbb2/deploys/5b78192ac9659217dbf7c9aa",
      }),
    ]);
  }
});

test("a preview is a place of its own, and a duration of zero is none", () => {
  const [row] = rowsOf(netlify, [
    reading({ ...PREVIEW, error_message: "The build failed" }, "deploy_failed"),
  ]);
  expect(row).toMatchObject({
    environment: "deploy-preview-42",
    tier: "ephemeral",
    status: "failed",
    error: "The build failed",
  });
  expect(row).not.toHaveProperty("durationMs");
});

test.each(["Canceled build", "Canceled build due to no content change", "Skipped"])("%s", (error_message) => {
  const [row] = rowsOf(netlify, [reading({ ...body, state: "error", error_message }, "deploy_failed")]);
  expect(row).toMatchObject({ status: "canceled" });
});

test("bringing an old deploy back is a deployment of its own, at that moment", () => {
  const rows = rowsOf(netlify, [
    reading(body, "deploy_created"),
    reading(body, "deploy_restored", "2026-11-21T08:00:00.000Z"),
  ]);
  expect(rows).toMatchObject([
    { status: "succeeded", finishedAt: "2026-11-20T10:01:30.000Z", durationMs: 90_000 },
    { status: "succeeded", finishedAt: "2026-11-21T08:00:00.000Z", commitSha: body.commit_ref },
  ]);
  expect(rows[1]).not.toHaveProperty("durationMs");
});

test("the token of the build log is not stored, and locking is no deployment", () => {
  expect(JSON.stringify(netlify.redact?.(body))).not.toContain("not-a-token");
  expect(netlify.normalise(reading(body, "deploy_locked"))).toMatchObject({ outcome: "ignored" });
});
