/** Octopus: the suite of the port, the recorded delivery, delivery ids and the header that carries the secret. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixturePath } from "../../../../test/fixtures-dir.ts";
import { needs } from "../../../../test/needs.ts";
import { rowsOf } from "../../../conformance/folding.ts";
import { sourceConformance } from "../../../conformance/source.ts";
import octopus, { SECRET_HEADER } from "./index.ts";

const { Event: event } = octopus.sample.body.Payload;
const digest = {
  Payload: { ServerUri: null, BatchId: "batch-7", Events: [event, { ...event, Category: "x" }] },
};

sourceConformance(octopus, { deliveries: [{ headers: {}, body: digest }] });

needs("webhook-fixtures").test("the recorded failure brings all names from its message", () => {
  const path = fixturePath("octopus", "subscription.deployment-failed.json");
  const body: unknown = JSON.parse(readFileSync(path, "utf8"));
  expect(octopus.deliveryId({}, body)).toBe("Events-1111977");
  const rows = rowsOf(octopus, [
    { headers: {}, body, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  ]);
  expect(rows).toEqual([
    expect.objectContaining({
      kind: "deployment",
      instance: "mattc.octopus.app",
      externalId: "Deployments-12519",
      service: "Argo CD Octopub",
      environment: "Development",
      version: "0.1.178",
      status: "failed",
      finishedAt: "2023-09-19T21:35:08.563Z",
      actor: { login: "system" },
      url: "https://mattc.octopus.app/app#/Spaces-282/deployments/Deployments-12519",
    }),
  ]);
});

test("a digest is known by its batch, a body without Payload by nothing", () => {
  expect(octopus.deliveryId({}, digest)).toBe("batch-7");
  expect(octopus.deliveryId({}, { Event: event })).toBeNull();
});

test("the header of the secret can be named in the options", () => {
  expect(octopus.schemesFor({})).toEqual([{ type: "token", header: SECRET_HEADER }]);
  expect(octopus.schemesFor({ secretHeader: "X-Our-Secret" })).toEqual([
    { type: "token", header: "x-our-secret" },
  ]);
  expect(octopus.options.safeParse({ header: "x" }).success).toBe(false);
});

test("a reference that reaches beyond a cut message gives no half a name", () => {
  const cut = { ...event, Message: event.Message.slice(0, -3) };
  const body = { Payload: { ...octopus.sample.body.Payload, Event: cut } };
  const [row] = rowsOf(octopus, [
    { headers: {}, body, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  ]);
  expect(row).toMatchObject({ service: "Shop", version: "1.4.2" });
  expect(row).not.toHaveProperty("environment");
});
