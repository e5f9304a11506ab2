// A read waits for what is little work, and never for activities that are built or named again: that is for the background.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment, type House, openHouse, SETTINGS, T0 } from "../../../../test/data-services.ts";

/** More than a read takes in by itself, also when a part is done. */
const COUNT = 3000;

let house: House;
beforeEach(() => {
  house = openHouse();
  const all = Array.from({ length: COUNT }, (_, n) =>
    deployment(`d${n}`, { kind: "action", service: `s${n % 300}` }, "succeeded", T0 + n),
  );
  house.store.log.append(all);
  finish();
});
afterEach(() => house.close());

const finish = (): void => {
  while (!house.store.maintenance.work(1000).idle);
};
const counted = (): number => house.store.figures.all().reduce((sum, { count }) => sum + count, 0);

test("named again: one step is done, and a read does no other, but knows what is new", () => {
  const { maintenance, log } = house.store;
  const rule = { match: { source: "gitlab" }, set: { team: "payments" } };
  maintenance.configure({ ...SETTINGS, configRules: [rule] });
  const before = maintenance.work(0);
  expect(before).toMatchObject({ what: "rename", done: 500 });
  log.append([deployment("new", { service: "shop" })]);
  expect(counted()).toBe(COUNT + 1);
  expect(maintenance.work(0)).toMatchObject({ what: "rename", done: 1000 });
});

test("built again: so it is", () => {
  const { maintenance } = house.store;
  maintenance.startRebuild();
  expect(maintenance.work(0)).toMatchObject({ what: "rebuild", done: 500 });
  expect(counted()).toBe(500);
  expect(maintenance.work(0)).toMatchObject({ what: "rebuild", done: 1000 });
  finish();
  expect(counted()).toBe(COUNT);
});
