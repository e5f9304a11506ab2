// While the read models are built again nobody can say what stands in the way, so nothing is allowed.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, type House, openHouse, plainEvent } from "../../../../test/data-services.ts";
import { mayDeploy } from "./may-deploy.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.close());

const asked = {
  ...{ service: "shop", environment: "prod-eu", version: "v2", commitSha: null, commits: null, holder: null },
};

test("a cord that was pulled is not overlooked", () => {
  const { store } = house;
  const scope = { service: null, team: null, environment: null, tier: null };
  const data = { andonId: "a1", scope, reason: "it burns", by: "person" as const };
  store.log.append([{ delivery: null, events: [plainEvent("vice.andon.pulled.v1", data)] }]);
  // More than a read takes in by itself.
  store.log.append(Array.from({ length: 2500 }, (_, at) => deployment(String(at))));
  store.maintenance.startRebuild();
  expect(() => mayDeploy(house.context(), asked)).toThrow(/reading its log again, 2\d\d\d events to go/);
  for (let step = 0; step < 1000 && store.standing.behind() > 0; step += 1) store.maintenance.work(50);
  expect(mayDeploy(house.context(), asked)).toMatchObject({ allowed: false, reasons: [{ rule: "andon" }] });
});
