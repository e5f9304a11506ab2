/** Terraform Cloud: the suite of the port, a run that applies, one that only plans, and what is no run. */
import { expect, test } from "vitest";
import { rowsOf } from "../../conformance/folding.ts";
import { orders } from "../../conformance/orders.ts";
import { sourceConformance } from "../../conformance/source.ts";
import type { Reading } from "../../ports/source.ts";
import terraform from "./terraform-cloud.ts";

sourceConformance(terraform);

const { body } = terraform.sample;
const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
const told = (trigger: string, run_status: string, time: string, over: object = {}) =>
  reading({
    ...body,
    notifications: [
      { trigger, run_status, message: `Run ${run_status}`, run_updated_at: `2026-11-20T${time}Z` },
    ],
    ...over,
  });

test("a run that applies is a deployment of its workspace, in any order", () => {
  const story = [
    told("run:created", "pending", "10:00:00"),
    told("run:planning", "planning", "10:00:10"),
    told("run:needs_attention", "planned", "10:00:40"),
    told("run:applying", "applying", "10:01:00"),
    told("run:completed", "applied", "10:01:30"),
  ];
  for (const order of orders(story)) {
    expect(rowsOf(terraform, order)).toEqual([
      expect.objectContaining({
        kind: "deployment",
        instance: "app.terraform.io",
        service: "shop-prod",
        status: "succeeded",
        startedAt: "2026-11-20T10:00:10.000Z",
        durationMs: 80_000,
        actor: { login: "robin" },
      }),
    ]);
  }
});

test("a run that only plans is none, and a canceled one is no failure although its trigger says errored", () => {
  expect(rowsOf(terraform, [told("run:completed", "planned_and_finished", "10:01:00")])).toMatchObject([
    { kind: "pipeline", status: "succeeded" },
  ]);
  expect(rowsOf(terraform, [told("run:errored", "canceled", "10:01:00")])).toMatchObject([
    { status: "canceled" },
  ]);
  expect(rowsOf(terraform, [told("run:errored", "errored", "10:01:00")])).toMatchObject([
    { status: "failed", error: "Run errored" },
  ]);
});

test("the verification that Terraform sends first, and drift, are known", () => {
  const verification = { run_id: null, notifications: [{ trigger: "verification", run_status: null }] };
  expect(terraform.normalise(reading(verification))).toMatchObject({ outcome: "ignored" });
  const drift = { payload_version: "2", trigger: "assessment:drifted", message: "Drift detected" };
  expect(terraform.normalise(reading(drift))).toEqual({
    outcome: "ignored",
    reason: 'terraform-cloud event "assessment:drifted" is not used',
  });
});
