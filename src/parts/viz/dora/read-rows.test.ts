/** Rules that look at each deployment let others go on in between, and refuse too many before they read one. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type DoraHouse, deployed, doraHouse, HOUR } from "../../../../test/dora-house.ts";
import { noSums } from "../../../domain/metrics/sums.ts";
import type { Dora } from "../../../ports/dora.ts";
import { materialFor } from "./read-rows.ts";

let house: DoraHouse;
beforeEach(async () => {
  house = await doraHouse();
});
afterEach(() => house.close());

const MANY = 1500;

async function manyDeployments(): Promise<void> {
  await house.tell(...Array.from({ length: MANY }, (_, at) => deployed(house.ago(80) + at * HOUR, `v${at}`)));
  house.services.store.maintenance.catchUp();
}

/** How often others had their turn while it was answered. */
async function turnsDuring(answer: Promise<unknown>): Promise<number> {
  let isDone = false;
  let turns = 0;
  void answer.then(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  await answer;
  return turns;
}

test.each(["datadog", "devlake", "gitlab", "fourkeys"])("%s reads a few at a time", async (rule) => {
  await manyDeployments();
  expect(await turnsDuring(house.dora({ rule }))).toBeGreaterThanOrEqual(MANY / 100);
  expect(await turnsDuring(house.rows("deploymentFrequency", { rule, limit: MANY }))).toBeGreaterThanOrEqual(
    MANY / 100,
  );
});

test("in slices it is the same deployments, oldest first, none twice, up to the limit", async () => {
  await manyDeployments();
  const { dora } = house.services.store;
  const period = { fromMs: 0, toMs: house.clock.nowMs };
  const ids = (limit: number): string[] =>
    [...dora.rowsInSlices({ tier: "production" }, period, limit)].flat().map(({ release }) => release ?? "");
  const all = Array.from({ length: MANY }, (_, at) => `v${at}`);
  expect(ids(10_000)).toEqual(all);
  expect(ids(123)).toEqual(all.slice(0, 123));
  const slices = [...dora.rowsInSlices({ service: "shop", tier: "production" }, period, 10_000)];
  expect(Math.max(...slices.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

test("too many are refused by their count, and none is read", async () => {
  const sums = noSums();
  sums.counts.succeeded = 40_000;
  sums.counts.failedAttempt = 10_001;
  const dora: Dora = { ...house.services.store.dora, sums: () => [sums] };
  await expect(materialFor(dora, {}, "devlake", { fromMs: 0, toMs: 1 })).rejects.toMatchObject({
    code: "input.invalid",
    message: expect.stringContaining("at most 50000, and these are 50001"),
  });
});
