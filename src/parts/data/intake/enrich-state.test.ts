/** What waits for answers is bounded, however many things ask for one. */
import { expect, test } from "vitest";
import { openHouse, T0 } from "../../../../test/data-services.ts";
import { pendingOf } from "./enrich-state.ts";

test("when too much waits already no further question is opened, and there is room again once one is closed", () => {
  const house = openHouse();
  const { state } = house.store;
  const pending = pendingOf(state, 3);
  const ask = (app: string): void => {
    const object = { identityKind: "release", source: "heroku", instance: "", externalId: app, attempt: 1 };
    pending.add({ source: "heroku", instance: null, key: app }, [object], T0);
  };
  for (const app of ["a", "b", "c", "d", "e"]) ask(app);
  expect(pending.list().map(({ item }) => item.key)).toEqual(["a", "b", "c"]);
  expect(state.list("enrich.open")).toHaveLength(3);
  pending.remove("heroku//a");
  ask("f");
  expect(pending.list().map(({ item }) => item.key)).toEqual(["b", "c", "f"]);
  house.close();
});
