/** A service of which nobody would know that it failed has no fail rate, and is in nobody else's. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DoraHouse, deployed, doraHouse, type Facts, told } from "../../../../test/dora-house.ts";

let house: DoraHouse;
beforeEach(async () => {
  house = await doraHouse();
});
afterEach(() => house.close());

const of = (service: string, more: Facts = {}): Facts => ({ service, ...more });
const failRate = async (input: object = {}) => (await house.dora(input)).metrics.changeFailRate;
const UNKNOWN = { value: null, reason: expect.stringMatching(/^nobody watches it: no incident, rollback/) };

/** Four changes of shop, of which one is rolled back, and two of cart, of which nobody says anything. */
async function twoServices(): Promise<void> {
  const { ago, tell } = house;
  await tell(...["v1", "v2", "v3", "v4"].map((version, at) => deployed(ago(9 - at), version)));
  await tell(deployed(ago(4), "v3", { deploymentKind: "rollback" }));
  await tell(deployed(ago(9), "w1", of("cart")), deployed(ago(8), "w2", of("cart")));
}

test("one service that fails says nothing of another; all together are those that are watched, and it says so", async () => {
  await twoServices();
  expect(await failRate({ service: "shop" })).toMatchObject({ value: 1 / 4, count: 4, reason: null });
  expect(await failRate({ service: "cart" })).toMatchObject({ ...UNKNOWN, count: 2 });
  const { metrics, services } = await house.dora({ by: "service" });
  const seen = {
    services: { all: 2, watched: 1 },
    reason: "of 1 of 2 services; one is left out, because nobody watches it",
  };
  expect(metrics.changeFailRate).toMatchObject({ value: 1 / 4, count: 4, ...seen });
  expect(metrics.reworkRate).toMatchObject({ value: 1 / 5, count: 5, ...seen });
  expect(metrics.deploymentFrequency.count).toBe(7);
  expect(services?.map(({ service, metrics: own }) => [service, own.changeFailRate.value])).toEqual([
    ["shop", 1 / 4],
    ["cart", null],
  ]);
  const cart = (await house.dora({ service: "cart" })).metrics;
  expect([cart.reworkRate, cart.failedDeploymentRecoveryTime]).toMatchObject([UNKNOWN, UNKNOWN]);
});

test("the rows of a share are those of services that are watched, and say how many are left out", async () => {
  await twoServices();
  const all = await house.rows("changeFailRate");
  expect(all.items.map(({ service, value }) => [service, value])).toEqual([
    ...[
      ["shop", 0],
      ["shop", 0],
      ["shop", 0],
    ],
    ["shop", 1],
  ]);
  expect(all.unwatched).toBe(2);
  expect(await house.rows("changeFailRate", { service: "cart" })).toMatchObject({ items: [], unwatched: 2 });
  expect((await house.rows("deploymentFrequency")).unwatched).toBe(0);
});

test.each([
  "vice",
  "datadog",
])("what failed of those that name no service is in no share either, by the rule %s", async (rule) => {
  const { ago, tell } = house;
  for (const service of ["shop", null])
    await tell(
      ...["v1", "v2", "v3", "v4"].map((version, at) => deployed(ago(9 - at), version, { service })),
      deployed(ago(4), "v3", { service, deploymentKind: "rollback" }),
    );
  const { changeFailRate, reworkRate } = (await house.dora({ rule })).metrics;
  const reason = "deployments that name no service are left out";
  expect(changeFailRate).toMatchObject({ value: rule === "vice" ? 1 / 4 : 1 / 5, reason });
  if (rule === "vice") expect(reworkRate).toMatchObject({ value: 1 / 5, count: 5, reason });
  const period = { fromMs: 0, toMs: house.clock.nowMs };
  const [exact] = house.services.store.dora.sums({ tier: "production" }, [period]);
  const [summed] = house.services.store.dora.sums({ tier: "production" }, [period], 0);
  expect(exact?.unwatched).toEqual({ deployed: 5, change: 4, failed: 1, rework: 1 });
  expect(summed?.unwatched).toEqual(exact?.unwatched);
});

test("sums of days leave the same out as the deployments do", async () => {
  await twoServices();
  const { dora } = house.services.store;
  const day = 86_400_000;
  const period = { fromMs: house.ago(20) - (house.ago(20) % day), toMs: house.clock.nowMs };
  for (const scope of [{ tier: "production" as const }, { environment: "production" }]) {
    const [exact] = dora.sums(scope, [period]);
    const [summed] = dora.sums(scope, [period], 0);
    expect(summed?.counts).toEqual(exact?.counts);
    expect([exact?.unwatched, summed?.unwatched]).toEqual([
      { deployed: 2, change: 2, failed: 0, rework: 0 },
      { deployed: 2, change: 2, failed: 0, rework: 0 },
    ]);
  }
});

test.each(["datadog", "devlake", "gitlab", "fourkeys"])("the rule %s leaves them out too", async (rule) => {
  await twoServices();
  await house.tell(told("incident", house.ago(8, 2), of("shop", { finishedAt: null }), "running"));
  expect(await failRate({ rule, service: "cart" })).toMatchObject({ ...UNKNOWN, count: 2 });
  expect(await failRate({ rule })).toMatchObject({
    value: 1 / 5,
    count: 5,
    services: { all: 2, watched: 1 },
  });
});

test("an incident, of whatever cause, makes a service watched in its tier; one that goes to another service no longer", async () => {
  const { ago, tell } = house;
  await tell(deployed(ago(9), "v1"), deployed(ago(9), "v1", { environment: "staging" }));
  expect(await failRate({ service: "shop" })).toMatchObject(UNKNOWN);
  const incident = (service: string, daysAgo: number) =>
    told("incident", ago(daysAgo), of(service, { tags: { deployment: "none" } }), "running", "inc-1");
  await tell(incident("shop", 3));
  expect(await failRate({ service: "shop" })).toMatchObject({ value: 0, count: 1, reason: null });
  expect(await failRate({ service: "shop", tier: "staging" })).toMatchObject(UNKNOWN);
  await tell(incident("cart", 2));
  expect(await failRate({ service: "shop" })).toMatchObject(UNKNOWN);
});

test("a check that looks at the environment makes it watched; tests of a build do not", async () => {
  const { ago, tell } = house;
  await tell(deployed(ago(9), "v1"), told("check", ago(9), of("shop", { tags: { name: "unit" } })));
  expect(await failRate({ service: "shop" })).toMatchObject(UNKNOWN);
  await tell(told("check", ago(9), of("shop", { environment: "production", tags: { name: "smoke" } })));
  expect(await failRate({ service: "shop" })).toMatchObject({ value: 0, count: 1 });
  expect(await failRate()).toMatchObject({ value: 0, count: 1, reason: null });
});
