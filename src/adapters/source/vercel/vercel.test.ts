/** Vercel: the suite of the port, and the life of a deployment as the documentation has it. */
import { expect, test } from "vitest";
import { rowsOf } from "../../../conformance/folding.ts";
import { orders } from "../../../conformance/orders.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import type { Reading } from "../../../ports/source.ts";
import vercel from "./index.ts";

const { body } = vercel.sample;
const PREVIEW = {
  ...body,
  type: "deployment.error",
  payload: {
    ...body.payload,
    target: null,
    deployment: {
      id: "dpl_2",
      name: "shop",
      meta: { gitlabCommitSha: "x", gitlabCommitRef: "feature/date" },
    },
  },
};

sourceConformance(vercel, { deliveries: [{ headers: {}, body: PREVIEW }] });

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});
const event = (type: string, createdAt: number) =>
  reading({ ...body, id: type, type: `deployment.${type}`, createdAt });

test("created, ready, succeeded and promoted are one deployment, in any order; nothing tells when it began", () => {
  const at = body.createdAt;
  const story = [
    event("created", at - 90_000),
    event("ready", at),
    event("succeeded", at + 5000),
    event("promoted", at + 6000),
  ];
  for (const order of orders(story)) {
    const [row, ...others] = rowsOf(vercel, order);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: "deployment",
      service: "shop",
      environment: "production",
      status: "succeeded",
      finishedAt: "2026-11-20T10:01:30.000Z",
      repository: "https://github.com/example-shop/shop",
      commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
      actor: { login: "robin" },
      tags: { "vercel.promotedAt": "2026-11-20T10:01:36.000Z" },
    });
    expect(row).not.toHaveProperty("durationMs");
  }
});

test("without a target it is a preview, which lasts no longer than its change", () => {
  expect(rowsOf(vercel, [reading(PREVIEW)])).toEqual([
    expect.objectContaining({
      environment: "preview",
      tier: "ephemeral",
      status: "failed",
      ref: "feature/date",
    }),
  ]);
});

test("other events are known by their name", () => {
  expect(vercel.normalise(reading({ type: "project.created" }))).toEqual({
    outcome: "ignored",
    reason: 'vercel event "project.created" is not used',
  });
});
