// What a server does by the clock, with a clock that the test moves.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deployment, type House, openHouse, T0 } from "../../../test/data-services.ts";
import { nextRunMs } from "./backup/next-run.ts";
import { lastRun, type Schedules, startSchedules } from "./schedules.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let house: House;
let place: string;
let nowMs: number;
let errors: Error[];
let schedules: Schedules | null;

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "vice-schedule-"));
  house = openHouse({
    backup: { url: join(place, "backups"), schedule: "0 * * * *", verify: true },
    keepBodiesDays: 30,
  });
  house.store.log.append([deployment("1", {}, "succeeded", T0 - 40 * DAY_MS), deployment("2")]);
  nowMs = T0 + 1000;
  errors = [];
  schedules = null;
});
afterEach(async () => {
  await schedules?.stop();
  house.close();
  rmSync(place, { recursive: true, force: true });
});

async function start(): Promise<Schedules> {
  schedules = startSchedules({
    services: house.services,
    now: () => nowMs,
    onError: (error) => errors.push(error as Error),
  });
  await schedules.tick();
  return schedules;
}
const backups = (): number =>
  existsSync(join(place, "backups")) ? readdirSync(join(place, "backups")).length : 0;

describe("schedules", () => {
  it("notes a head and forgets old bodies at once, backs up when it is due, and proves it", async () => {
    const { hash } = house.store.log.head();
    const { tick } = await start();
    expect(readFileSync(join(house.home, "heads.ndjson"), "utf8")).toContain(hash);
    expect(lastRun(house.services, "prune")).toMatchObject({ failures: 0, result: { count: 1 } });
    expect(backups()).toBe(0);
    nowMs = T0 + HOUR_MS;
    await tick();
    expect(backups()).toBe(1);
    expect(lastRun(house.services, "backup")).toMatchObject({
      failures: 0,
      result: { seq: 3, proven: { events: 3, deliveries: 2 } },
    });
    await tick();
    expect(backups()).toBe(1);
    nowMs = T0 + 2 * HOUR_MS;
    await tick();
    expect(backups()).toBe(2);
    expect(errors).toEqual([]);
  });
  it("makes up for a backup that fell into a time when no server ran", async () => {
    const first = await start();
    nowMs = T0 + HOUR_MS;
    await first.tick();
    await first.stop();
    nowMs = T0 + 5 * HOUR_MS;
    await start();
    expect(backups()).toBe(2);
  });
  it("tells of a failure and tries again sooner", async () => {
    writeFileSync(join(place, "backups"), "a file where the folder should be");
    const { tick } = await start();
    nowMs = T0 + HOUR_MS;
    await tick();
    expect(lastRun(house.services, "backup")).toMatchObject({
      failures: 1,
      problem: expect.stringContaining("cannot be reached"),
    });
    expect(errors).toHaveLength(1);
    rmSync(join(place, "backups"));
    nowMs += 4 * 60_000;
    await tick();
    expect(backups()).toBe(0);
    nowMs += 60_000;
    await tick();
    expect(backups()).toBe(1);
    expect(lastRun(house.services, "backup")).toMatchObject({ failures: 0, problem: null });
  });
  it("goes on with the other jobs when one is configured wrongly", async () => {
    house.services.config = {
      ...house.services.config,
      backup: { url: place, schedule: "sometimes", verify: false },
    };
    await start();
    expect(errors.map((error) => error.message)).toContain(
      'vice.server.yaml: backup.schedule: "sometimes" is no schedule',
    );
    expect(lastRun(house.services, "heads")).toMatchObject({ failures: 0 });
  });
});

it.each([
  ["0 3 * * *", "2026-11-20T02:59:59.999Z", "2026-11-20T03:00:00.000Z"],
  ["0 3 * * *", "2026-11-20T03:00:00.000Z", "2026-11-21T03:00:00.000Z"],
  ["*/15 * * * 1", "2026-11-20T00:00:00.000Z", "2026-11-23T00:00:00.000Z"],
  ["0 0 29 2 *", "2026-11-20T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
])("%s after %s is %s", (schedule, after, next) => {
  expect(new Date(nextRunMs(schedule, Date.parse(after), "UTC") ?? 0).toISOString()).toBe(next);
});
