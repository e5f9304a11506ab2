/** What is kept of a registered project: in a read model, so its form belongs to a version of the read models. */
import { expect, test } from "vitest";
import { READ_MODEL_VERSION } from "../../adapters/store/sqlite/schema.ts";
import { registeredAs } from "./registered.ts";

const CONFIG = {
  ...{ version: 1, project: "web-shop", team: "payments", services: { checkout: {}, "x-note": {} } },
  environments: [
    "staging",
    {
      ...{ name: "prod-eu", approvals: { count: 2, roles: ["approver"], expires: "4h" }, maxCommits: 5 },
      freeze: [{ reason: "weekend", timeZone: "Europe/Berlin", every: "week", from: "fri 16:00", to: "mon" }],
    },
  ],
};

// Stores keep what was read of their projects until the version rises: whoever changes one of the two changes both.
test("its form is that of this version of the read models", () => {
  const none = { after: [], approvals: null, freezes: [], maxCommits: null, maxLines: null };
  const weekend = {
    ...{ reason: "weekend", timeZone: "Europe/Berlin", from: null, to: null },
    recurs: { every: "week", from: "fri 16:00", to: "mon" },
  };
  const policy = {
    ...{ project: "web-shop", team: "payments", services: ["checkout"] },
    environments: [
      { ...none, name: "staging", tier: "staging" },
      {
        ...{
          name: "prod-eu",
          tier: "production",
          after: ["staging"],
          maxCommits: 5,
          maxLines: null,
          freezes: [weekend],
        },
        approvals: { count: 2, roles: ["approver"], expiresAfterMs: 14_400_000 },
      },
    ],
  };
  const kept: unknown = JSON.parse(JSON.stringify(registeredAs("web-shop", CONFIG)));
  expect(kept).toEqual({ project: "web-shop", policy, services: ["checkout"] });
  expect(kept).toEqual(registeredAs("web-shop", CONFIG));
  // This form is kept since version 9: whoever changes it raises the version, and this number with it.
  expect(READ_MODEL_VERSION).toBeGreaterThanOrEqual(9);
});

test.each([
  ["of a newer vice", { ...CONFIG, version: 2 }, ["checkout", "x-note"]],
  ["without services", { project: "web-shop", services: 7 }, null],
  ["no object", null, null],
])("one %s cannot be read, and says so", (_what, config, services) => {
  expect(registeredAs("web-shop", config)).toEqual({ project: "web-shop", policy: null, services });
});
