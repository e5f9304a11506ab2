/** A service that goes to another team takes its deployments with it, and leaves no empty row behind. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { plainEvent } from "../../../../test/data-services.ts";
import { type DoraHouse, deployed, doraHouse } from "../../../../test/dora-house.ts";

let house: DoraHouse;
beforeEach(async () => {
  house = await doraHouse();
});
afterEach(() => house.close());

test("a team has the services whose deployments are its own now", async () => {
  const { ago, tell } = house;
  await tell(deployed(ago(3), "v1", { service: "shop" }), deployed(ago(2), "w1", { service: "cart" }));
  const toTeam = (service: string, team: string) => {
    const rule = { id: service, match: { canonical: service }, set: { team } };
    return tell(plainEvent("vice.names.ruled.v1", { rule, reason: null }));
  };
  const period = { fromMs: ago(10), toMs: house.clock.nowMs };
  const of = (team: string) => {
    while (!house.services.store.maintenance.work(1000).idle);
    const { dora } = house.services.store;
    const scopes = [
      { tier: "production" as const, team },
      { environment: "production", team },
    ];
    return scopes.map((scope) => dora.services(scope, period));
  };
  await toTeam("shop", "payments");
  await toTeam("cart", "payments");
  expect(of("payments")).toEqual([
    ["cart", "shop"],
    ["cart", "shop"],
  ]);
  await toTeam("shop", "storefront");
  expect([of("payments"), of("storefront")]).toEqual([
    [["cart"], ["cart"]],
    [["shop"], ["shop"]],
  ]);
});
