// Schedules with a clock that the test moves: right at both changes of the clocks, started once, made up for as said.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainEvent } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { momentsBetween, nextMoment } from "../../../kit/cron-moments.ts";
import { autoCommands } from "../index.ts";
import { LATE_MS } from "./due.ts";
import { type Scheduler, startScheduler } from "./scheduler.ts";

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().slice(5, 16);

describe("moments", () => {
  const berlin = (cron: string) => ({ cron, timeZone: "Europe/Berlin" });
  test.each([
    ["30 2 * * *", "2026-03-28T12:00Z", "2026-03-30T12:00Z", ["03-29T01:00", "03-30T00:30"]],
    ["0 3 * * *", "2026-03-28T12:00Z", "2026-03-30T12:00Z", ["03-29T01:00", "03-30T01:00"]],
    ["30 2 * * *", "2026-10-24T12:00Z", "2026-10-26T12:00Z", ["10-25T00:30", "10-26T01:30"]],
    ["0 3 * * *", "2026-10-24T12:00Z", "2026-10-26T12:00Z", ["10-25T02:00", "10-26T02:00"]],
    ["0 * * * *", "2026-10-24T23:00Z", "2026-10-25T02:00Z", ["10-25T00:00", "10-25T01:00", "10-25T02:00"]],
    ["0 * * * *", "2026-03-28T23:30Z", "2026-03-29T02:00Z", ["03-29T00:00", "03-29T01:00", "03-29T02:00"]],
  ])("of %s in Berlin after %s until %s", (cron, from, until, moments) => {
    expect(momentsBetween(berlin(cron), at(from), at(until), 100).map(iso)).toEqual(moments);
    expect(momentsBetween(berlin(cron), at(from), at(until), 1).map(iso)).toEqual(moments.slice(-1));
  });

  test("of very many are the newest, and of none there is none", () => {
    const each = { cron: "* * * * *", timeZone: "UTC" };
    const moments = momentsBetween(each, at("2020-01-01T00:00Z"), at("2026-01-01T00:00Z"), 3);
    expect(moments.map(iso)).toEqual(["12-31T23:58", "12-31T23:59", "01-01T00:00"]);
    expect(nextMoment({ cron: "0 0 31 2 *", timeZone: "UTC" }, 0)).toBeNull();
  });
});

describe("a schedule", () => {
  let house: WiredHouse;
  let folder: string;
  let scheduler: Scheduler;
  let errors: unknown[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "vice-schedule-"));
    house = await openWired();
    errors = [];
  });
  afterEach(async () => {
    await scheduler.stop();
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const HOUR_MS = 3_600_000;
  /** Twelve o'clock, at which the house begins, is one of its moments. */
  const HOURLY = "0 * * * *";
  const register = (schedule: unknown, more: object = {}): void => {
    const pipeline = { steps: { a: { run: "true" } }, ...more, schedule };
    const config = { version: 1, project: "shop", services: {}, environments: [{ name: "dev" }], pipeline };
    const data = { project: "shop", config, origin: "sent" as const, place: folder };
    const event = plainEvent("vice.project.registered.v1", data, "shop");
    house.services.store.log.append([{ delivery: null, events: [event] }]);
  };
  const start = async (): Promise<void> => {
    const { services, clock } = house;
    scheduler = startScheduler({ services, now: () => clock.nowMs, onError: (error) => errors.push(error) });
    await scheduler.tick();
  };
  const tickAt = async (ms: number): Promise<void> => {
    house.clock.nowMs = NOON + ms;
    await scheduler.tick();
  };
  const runs = () => house.services.store.runs.list({}, 100, null).items;
  const settled = async (): Promise<void> => {
    while (runs().some(({ endedAt }) => endedAt === null)) await new Promise((done) => setTimeout(done, 5));
  };
  const run = (id: string, input: object) => {
    const command = autoCommands.find((each) => each.id === id);
    if (command === undefined) throw new Error(id);
    return house.run(command, input);
  };
  const listed = async () => (await run("auto.schedule", {})) as { items: unknown[] };

  test("begins its run at its moment, with its inputs, and only once", async () => {
    const inputs = { inputs: { to: null }, steps: { a: { run: ["test", `\${{ ${"inputs.to"} }}`] } } };
    register({ name: "nightly", cron: HOURLY, inputs: { to: "prod" } }, inputs);
    await start();
    expect(runs()).toEqual([]);
    await tickAt(HOUR_MS - 1);
    expect(runs()).toEqual([]);
    await tickAt(HOUR_MS);
    await settled();
    await tickAt(HOUR_MS + 1000);
    expect(runs()).toMatchObject([{ name: "shop", status: "succeeded", actor: "schedule:shop/nightly" }]);
    expect(await listed()).toMatchObject({
      items: [
        {
          ...{ id: "shop/nightly", cron: HOURLY, timeZone: "UTC", inputs: { to: "prod" }, waiting: 0 },
          next: new Date(NOON + 2 * HOUR_MS).toISOString(),
          last: { at: new Date(NOON + HOUR_MS).toISOString(), run: runs()[0]?.id, status: "succeeded" },
        },
      ],
    });
    expect(errors).toEqual([]);
  });

  test("that was begun when vice ended is not begun again, though nobody could note it", async () => {
    register({ name: "nightly", cron: HOURLY });
    await start();
    const before = house.services.store.state.list("auto-schedule");
    await tickAt(HOUR_MS);
    await settled();
    await scheduler.stop();
    for (const { key, value } of before) house.services.store.state.set("auto-schedule", key, value, NOON);
    await start();
    expect(runs()).toHaveLength(1);
    expect(await listed()).toMatchObject({ items: [{ last: { run: runs()[0]?.id } }] });
  });

  test.each([
    ["skip", 0],
    ["once", 1],
    ["all", 3],
  ])("does for missed moments what it says: %s", async (missed, count) => {
    register({ cron: HOURLY, missed, overlap: "skip" });
    await start();
    await scheduler.stop();
    house.clock.nowMs = NOON + 3 * HOUR_MS + LATE_MS;
    await start();
    for (let round = 0; round < 4; round += 1) {
      await settled();
      await scheduler.tick();
    }
    expect(runs()).toHaveLength(count);
    const left = { at: new Date(NOON + (3 - (count === 1 ? 1 : 0)) * HOUR_MS).toISOString() };
    expect(await listed()).toMatchObject({ items: [{ left: count === 3 ? null : left }] });
    await tickAt(4 * HOUR_MS);
    expect(runs()).toHaveLength(count + 1);
  });

  const slow = { steps: { a: { approve: "Ship it?" } } };
  test("leaves a moment out while the run before goes on", async () => {
    register({ cron: HOURLY }, slow);
    await start();
    await tickAt(HOUR_MS);
    await tickAt(2 * HOUR_MS);
    expect(runs()).toHaveLength(1);
    expect(await listed()).toMatchObject({
      items: [{ waiting: 0, last: { run: runs()[0]?.id }, left: { why: "the run before went on" } }],
    });
  });

  test("waits for the run before, or cancels it, when it says so", async () => {
    register(
      [
        { cron: HOURLY, overlap: "queue" },
        { name: "newest", cron: HOURLY, overlap: "cancel" },
      ],
      slow,
    );
    await start();
    await tickAt(HOUR_MS);
    await tickAt(2 * HOUR_MS);
    const newest = () => runs().filter(({ actor }) => actor === "schedule:shop/newest");
    while (newest().some(({ endedAt }) => endedAt === null)) await new Promise((done) => setTimeout(done, 5));
    await tickAt(2 * HOUR_MS + 1);
    expect(newest()).toMatchObject([
      { endedAt: null },
      { status: "canceled", asked: { reason: "the schedule begins its next run" } },
    ]);
    expect(await listed()).toMatchObject({
      items: [
        { id: "shop/schedule", waiting: 1, last: { at: new Date(NOON + HOUR_MS).toISOString() } },
        { id: "shop/newest", waiting: 0, last: { at: new Date(NOON + 2 * HOUR_MS).toISOString() } },
      ],
    });
  });

  test("can be paused and goes on without what fell into the pause", async () => {
    register({ name: "nightly", cron: HOURLY, missed: "all" });
    await start();
    const said = { schedule: "Shop/Nightly", reason: "closed" };
    expect(await run("auto.schedule.pause", said)).toMatchObject({
      next: null,
      paused: { by: "local", reason: "closed" },
    });
    await expect(run("auto.schedule.pause", said)).rejects.toThrow("is paused. Nothing was changed");
    await tickAt(2 * HOUR_MS);
    expect(runs()).toEqual([]);
    await run("auto.schedule.resume", said);
    await tickAt(2.5 * HOUR_MS);
    expect(runs()).toEqual([]);
    await tickAt(3 * HOUR_MS);
    expect(runs()).toHaveLength(1);
    await expect(run("auto.schedule.pause", { ...said, schedule: "shop/nihgtly" })).rejects.toThrow(
      "nihgtly",
    );
  });

  test("that is another one now begins anew, and one that cannot be planned says why", async () => {
    register({ cron: HOURLY, missed: "all" });
    await start();
    house.clock.nowMs = NOON + 5 * HOUR_MS;
    register({ cron: "30 * * * *", missed: "all" }, { steps: { a: { pipeline: "gone.yaml" } } });
    await scheduler.tick();
    expect(runs()).toEqual([]);
    await tickAt(5.5 * HOUR_MS);
    expect(await listed()).toMatchObject({
      items: [{ left: { why: expect.stringContaining("gone.yaml") } }],
    });
    expect(errors).toHaveLength(1);
  });
});
