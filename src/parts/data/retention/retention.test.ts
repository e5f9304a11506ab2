// What is forgotten is gone from every answer and from the file, and the log still verifies.
import { existsSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployment, type House, openHouse, T0 } from "../../../../test/data-services.ts";
import { invoke } from "../../../kit/command.ts";
import { forgetCommand } from "./forget-command.ts";
import { pruneCommand } from "./prune-command.ts";

const DAY_MS = 86_400_000;
let house: House;
beforeEach(() => {
  house = openHouse();
  house.store.log.append([
    deployment("1", { actor: { name: "Sidney Jones", login: "sidney" } }, "succeeded", T0 - 100 * DAY_MS),
    deployment("2", { actor: { name: "Robin Doe", login: "robin" } }),
  ]);
});
afterEach(() => house.close());

const prune = (input: object = {}) => invoke(pruneCommand, input, house.context({ now: () => T0 }));
const forget = (person: string) => invoke(forgetCommand, { person }, house.context());
const verified = async (): Promise<boolean> => (await house.store.log.verify(null, () => {})).ok;
const onDisk = (tail: string, text: string): boolean => {
  const file = `${house.home}/vice.db${tail}`;
  return existsSync(file) && readFileSync(file).includes(text);
};
const bodies = () => house.store.deliveries.walk({}, 0, 10).map((delivery) => delivery.body !== null);

describe("prune", () => {
  it("drops old bodies, keeps the rest, says so in the log, and the log verifies", async () => {
    expect(await prune({ bodiesOlderThan: "90d" })).toMatchObject({ count: 1 });
    expect(bodies()).toEqual([false, true]);
    expect(onDisk("", '{"externalId":"1"') || onDisk("-wal", '{"externalId":"1"')).toBe(false);
    expect(house.store.log.events(2, 10)).toMatchObject([
      { type: "vice.bodies.dropped.v1", actor: "local", data: { count: 1 } },
    ]);
    expect(await verified()).toBe(true);
    expect(await prune({ bodiesOlderThan: "90d" })).toMatchObject({ count: 0 });
    expect(house.store.log.head().seq).toBe(3);
  });
  it("goes by the configuration, and asks when there is none", async () => {
    await expect(prune()).rejects.toMatchObject({ code: "input.invalid" });
    house.services.config = { ...house.services.config, keepBodiesDays: 200 };
    expect(await prune()).toMatchObject({ count: 0 });
    house.services.config = { ...house.services.config, keepBodiesDays: 30 };
    expect(await prune()).toMatchObject({ count: 1 });
  });
});

describe("forget", () => {
  it("makes a person nobody, in every answer and in the file, and the log verifies", async () => {
    expect(house.store.read.activities({ actor: "SIDNEY" }, 10, null, T0).items).toHaveLength(1);
    expect(await forget("Sidney Jones")).toMatchObject({ forgotten: 1 });
    expect(house.store.read.activities({ actor: "sidney" }, 10, null, T0).items).toEqual([]);
    expect(
      house.store.read.activities({}, 10, null, T0).items.map((item) => item.actor?.login ?? null),
    ).toEqual(["robin", null]);
    expect(house.store.names.actors(10)).toEqual(["robin"]);
    expect(house.store.log.events(2, 10)).toMatchObject([
      { type: "vice.person.forgotten.v1", data: { person: expect.stringMatching(/^p-/) } },
    ]);
    expect(await verified()).toBe(true);
    for (const tail of ["", "-wal"]) expect(onDisk(tail, "idney"), tail).toBe(false);
  });
  it("is told of a later deed as of a new person", async () => {
    await forget("sidney");
    house.store.log.append([deployment("3", { actor: { name: "Sidney Jones", login: "sidney" } })]);
    expect(
      house.store.read.activities({ actor: "sidney" }, 10, null, T0).items.map((item) => item.version),
    ).toEqual(["v3"]);
  });
  it("finds nobody of that name and offers the nearest", async () => {
    await expect(forget("sidny")).rejects.toMatchObject({
      code: "not-found",
      details: { nearest: "sidney" },
    });
    expect(house.store.log.head().seq).toBe(2);
  });
});
