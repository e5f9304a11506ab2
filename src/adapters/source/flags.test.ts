/** Changes of flags, of LaunchDarkly and of Unleash: the suite of the port for both, and exposures as moments. */
import { expect, test } from "vitest";
import { rowsOf } from "../../conformance/folding.ts";
import { sourceConformance } from "../../conformance/source.ts";
import type { Reading } from "../../ports/source.ts";
import launchdarkly from "./launchdarkly.ts";
import unleash from "./unleash.ts";

sourceConformance(launchdarkly);
sourceConformance(unleash);

const reading = (body: unknown): Reading => ({
  ...{ headers: {}, instance: null, receivedAt: "2026-11-20T12:00:00.000Z", options: undefined },
  body,
});

test("a flag of LaunchDarkly that is turned on is an exposure there, without a duration or an address", () => {
  const [row, ...others] = rowsOf(launchdarkly, [reading(launchdarkly.sample.body)]);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    kind: "exposure",
    service: "shop",
    environment: "production",
    status: "succeeded",
    finishedAt: "2026-11-20T10:01:30.000Z",
    actor: { name: "Robin Example", login: "robin" },
    url: "https://app.launchdarkly.com/shop/production/features/new-basket",
    tags: {
      flag: "new-basket",
      on: "true",
      change: "turned on the flag",
      "launchdarkly.actions": "updateOn",
    },
  });
  expect(row).not.toHaveProperty("durationMs");
});

test("one change in two environments is two exposures, one in none is not used", () => {
  const access = (environment: string, action: string) => ({
    action,
    resource: `proj/shop:env/${environment}:flag/new-basket;web`,
  });
  const body = {
    ...launchdarkly.sample.body,
    accesses: [
      access("production", "updateRules"),
      access("staging", "updateRules"),
      access("production", "updateOn"),
    ],
  };
  expect(rowsOf(launchdarkly, [reading(body)])).toMatchObject([
    { environment: "production", tags: { "launchdarkly.actions": "updateRules, updateOn" } },
    { environment: "staging" },
  ]);
  const renamed = { ...body, accesses: [access("*", "updateName")] };
  expect(launchdarkly.normalise(reading(renamed))).toMatchObject({ outcome: "ignored" });
  expect(launchdarkly.normalise(reading({ ...body, kind: "environment" }))).toMatchObject({
    outcome: "ignored",
  });
});

test("a flag of Unleash, and events about flags that change nothing for users", () => {
  const { body } = unleash.sample;
  expect(rowsOf(unleash, [reading(body)])).toMatchObject([
    {
      kind: "exposure",
      service: "shop",
      environment: "production",
      finishedAt: "2026-11-20T10:01:30.000Z",
      tags: { flag: "new-basket", on: "true", change: "feature-environment-enabled" },
    },
  ]);
  expect(
    rowsOf(unleash, [reading({ ...body, type: "feature-strategy-add" })])[0]?.["tags"],
  ).not.toHaveProperty("on");
  expect(unleash.normalise(reading({ ...body, type: "feature-tagged" }))).toMatchObject({
    outcome: "ignored",
  });
});
