/** Tests the renewal of single services in what runs where. */
import { expect, test } from "vitest";
import { changedServices, replaceService } from "./patch-status.ts";
import type { ActivityChange, StatusAnswer, StatusItem } from "./types.ts";

const item = (service: string, environment: string, tenant: string | null = null): StatusItem => ({
  service,
  team: null,
  environment,
  tier: null,
  tenant,
  running: null,
  lastAttempt: null,
  behind: null,
});
const ALL: StatusAnswer = {
  environments: [{ name: "prod", tier: "production" }],
  items: [item("shop", "prod"), item("api", "prod")],
};
const change = (service: string | null, kind = "deployment"): ActivityChange => ({
  id: "1",
  kind,
  service,
  environment: "prod",
  status: "succeeded",
  source: "gitlab",
  occurredAt: "2026-11-20T10:00:00.000Z",
});

test("only the items of the service are replaced, compared without case", () => {
  const next = replaceService(ALL, "Shop", { ...ALL, items: [item("shop", "PROD", "b")] });
  expect(next?.items.map(({ service, tenant }) => [service, tenant])).toEqual([
    ["api", null],
    ["shop", "b"],
  ]);
});

test("a new environment asks for the whole answer", () => {
  expect(replaceService(ALL, "shop", { ...ALL, items: [item("shop", "canary")] })).toBeNull();
});

test("builds change nothing, unknown services and many ask for all", () => {
  expect(changedServices([change("shop"), change("shop"), change("api", "build")])).toEqual(["shop"]);
  expect(changedServices([change(null)])).toBeNull();
  expect(changedServices(Array.from({ length: 9 }, (_, at) => change(`s${at}`)))).toBeNull();
});
