/** The time zone of the workspace: days and weeks of metrics and reports, and the days in which sums are kept. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DAY, type DoraHouse, deployed, doraHouse, HOUR, told } from "../../../../test/dora-house.ts";
import { bucketsOf } from "../../../domain/metrics/buckets.ts";
import type { Sums } from "../../../domain/metrics/sums.ts";
import { vizCommands } from "../index.ts";
import { doraRows } from "./rows-command.ts";

const ZONE = "America/New_York";
let house: DoraHouse;
beforeEach(async () => {
  house = await doraHouse({ timeZone: ZONE });
});
afterEach(() => house.close());

/** Midnight in UTC, at which it is evening of the day before in New York. */
const midnight = (): number => Math.floor(house.clock.nowMs / DAY) * DAY;

test("days are those of the workspace, unless another zone is asked for", async () => {
  await house.tell(deployed(midnight() + HOUR, "v1"), deployed(midnight() + 6 * HOUR, "v2"));
  const counts = async (input: object) => {
    const { tz, buckets } = await house.dora({
      from: new Date(midnight() - DAY).toISOString(),
      bucket: "day",
      ...input,
    });
    return [tz, buckets.map(({ metrics }) => metrics.deploymentFrequency.count)];
  };
  expect(await counts({})).toEqual([ZONE, [0, 1, 1]]);
  expect(await counts({ tz: "UTC" })).toEqual(["UTC", [0, 2]]);
});

test("rows say when in the zone that the number was counted in, and name it", async () => {
  await house.tell(deployed(midnight() + HOUR, "v1"));
  const rows = await house.rows("deploymentFrequency");
  const text = String(
    doraRows.text?.(rows as never, { width: 160, color: (_: string, said: string) => said } as never),
  );
  const yesterday = new Date(midnight() - DAY).toISOString().slice(0, 10);
  expect(text).toMatch(/^DEPLOYED \(AMERICA\/NEW_YORK\)/);
  expect(text).toContain(`${yesterday} 20:00`);
  const { metrics } = await house.dora({ tz: "Asia/Tokyo" });
  expect(metrics.deploymentFrequency.rows).toContain("tz=Asia%2FTokyo");
});

test("so are those of the reports", { timeout: 60_000 }, async () => {
  await house.tell(deployed(midnight() + HOUR, "v1"));
  const command = vizCommands.find(({ id }) => id === "viz.report");
  if (command === undefined) throw new Error("no report");
  for (const project of ["dora", "digest"]) {
    const said = (await house.run(command, { project })) as { timeZone: string };
    expect(said.timeZone, project).toBe(ZONE);
  }
});

const isFromDays = ({ gaps }: Sums): boolean => gaps.histogram !== null && gaps.values.length === 0;

test("sums are kept in its days, across the change of clocks; with another zone they are made anew", async () => {
  // Clocks in New York go back on 1 November 2026.
  const first = Date.parse("2026-10-30T02:00:00.000Z");
  await house.tell(...Array.from({ length: 24 }, (_, at) => deployed(first + at * 5 * HOUR, `v${at}`)));
  const period = {
    fromMs: Date.parse("2026-10-29T04:00:00.000Z"),
    toMs: Date.parse("2026-11-06T05:00:00.000Z"),
  };
  const counts = (zone: string, few?: number) => {
    const days = bucketsOf(period, "day", zone);
    const sums = house.services.store.dora.sums({ tier: "production" }, days, few);
    return { of: sums.map((each) => each.counts.deployed), isFromDays: sums.slice(2, 5).every(isFromDays) };
  };
  const exact = counts(ZONE);
  expect(exact).toEqual({ of: [1, 5, 4, 5, 5, 4, 0, 0], isFromDays: false });
  expect(counts(ZONE, 0)).toEqual({ ...exact, isFromDays: true });
  expect(counts("UTC", 0)).toEqual(counts("UTC"));
  await house.wired.reload({ ...house.services.config, timeZone: "UTC" });
  expect(counts("UTC", 0)).toEqual({ of: counts("UTC").of, isFromDays: true });
  expect(counts(ZONE, 0)).toEqual(exact);
});

test("durations of steps count the same days", async () => {
  const run = (at: number) =>
    told("build", at, { service: "shop", durationMs: 1000, tags: { name: "unit" } });
  await house.tell(run(midnight() + HOUR), run(midnight() + 6 * HOUR));
  const command = vizCommands.find(({ id }) => id === "viz.report");
  if (command === undefined) throw new Error("no report");
  const today = (await house.run(command, { project: "candidates", days: 1 })) as {
    items: Array<{ runs: number }>;
  };
  expect(today.items.map(({ runs }) => runs)).toEqual([1]);
});
