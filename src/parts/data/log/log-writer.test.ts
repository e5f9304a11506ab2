/** The log writer on a real store: work goes on after a fault, and a fault of the whole store is met once. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deployment, type House, openHouse } from "../../../../test/data-services.ts";
import { ViceError } from "../../../kit/errors.ts";
import { createLogWriter } from "./log-writer.ts";

let house: House;
beforeEach(() => {
  house = openHouse();
});
afterEach(() => house.close());

/** Longer than what is under way needs to end. */
const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));
const lag = (): number => house.store.maintenance.health().lag;

test.each([
  "store.busy",
  "store.damaged",
  "store.unavailable",
] as const)("%s refuses the whole group at once", async (code) => {
  const log = createLogWriter(house.store, () => {});
  const append = vi.spyOn(house.store.log, "append").mockImplementation(() => {
    throw new ViceError(code, { home: house.home, file: "vice.db", problem: "a test" });
  });
  const sent = await Promise.allSettled(["1", "2", "3"].map((id) => log.append(deployment(id))));
  expect(sent.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(append).toHaveBeenCalledOnce();
  await log.stop();
});

test("a rebuild that nobody follows is finished in the background", async () => {
  const log = createLogWriter(house.store, () => {});
  await log.append(deployment("1"));
  await quiet();
  house.store.maintenance.startRebuild();
  expect(lag()).toBe(1);
  await vi.waitFor(() => expect(lag()).toBe(0));
  await log.stop();
});

test("background work is tried again after a fault", async () => {
  const errors: unknown[] = [];
  const log = createLogWriter(house.store, (error) => errors.push(error));
  await quiet();
  const work = vi.spyOn(house.store.maintenance, "work").mockImplementationOnce(() => {
    throw new ViceError("store.unavailable", { problem: "a test" });
  });
  await log.append(deployment("1"));
  await vi.waitFor(() => expect(errors).toHaveLength(1));
  work.mockRestore();
  await vi.waitFor(() => expect(lag()).toBe(0), { timeout: 3000 });
  await log.stop();
});
