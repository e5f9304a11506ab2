// What is not as usual is noted once when it begins and once when it is over, and stands in the list between.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Facts, Step } from "../../../domain/transition.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { status } from "../status.ts";
import { abnormal } from "./abnormal-command.ts";
import { AbnormalWatch } from "./watch-abnormal.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
let house: WiredHouse;
let watch: AbnormalWatch;
beforeEach(async () => {
  house = await openWired();
  watch = new AbnormalWatch(house.services, () => house.clock.nowMs);
});
afterEach(() => house.close());

const told = (id: string, facts: Facts, step: Step, atMs: number) =>
  house.services.log.append(deployment(id, facts, step, atMs));
const standing = async (input: object = {}): Promise<string[]> => {
  const { items } = (await house.run(abnormal as Command<Services>, input)) as {
    items: Array<{ said: string }>;
  };
  return items.map(({ said }) => said);
};
const written = (type: string): number =>
  house.services.store.log.events(0, 10_000).filter((event) => event.type === type).length;

test("a build that hangs is noted once, and settled once when it ends", async () => {
  const facts: Facts = { kind: "build", tags: { name: "test" } };
  for (let at = 0; at < 25; at += 1)
    await told(`done-${at}`, { ...facts, durationMs: 2 * MINUTE }, "succeeded", NOON - DAY + at);
  await told("hangs", facts, "running", NOON - 2.5 * MINUTE);
  await watch.look();
  await watch.look();
  expect(await standing()).toEqual(["test of shop runs for 2 min 30 s; 99 of 100 take at most 1 min 58 s"]);
  expect([await standing({ service: "SHOP" }), await standing({ service: "cart" })]).toEqual([
    await standing(),
    [],
  ]);
  await told("hangs", { ...facts, durationMs: 4 * MINUTE }, "succeeded", NOON + 1);
  await watch.look();
  await watch.look();
  expect(await standing()).toEqual([]);
  expect([written("vice.abnormal.found.v1"), written("vice.abnormal.settled.v1")]).toEqual([1, 1]);
});

test("what hangs is found among any number that run since, at the cost of what runs now", async () => {
  const facts: Facts = { kind: "build", tags: { name: "test" } };
  for (let at = 0; at < 25; at += 1)
    await told(`done-${at}`, { ...facts, durationMs: 2 * MINUTE }, "succeeded", NOON - DAY + at);
  const many = (name: string, count: number, atMs: number) =>
    house.services.store.log.append(
      Array.from({ length: count }, (_, at) => deployment(`${name}-${at}`, facts, "running", atMs + at)),
    );
  await told("hangs", facts, "running", NOON - 60 * MINUTE);
  many("younger", 1200, NOON - MINUTE);
  const { read } = house.services.store;
  const ask = vi.spyOn(read, "activities");
  await watch.look();
  expect(await standing()).toEqual(["test of shop runs for 1 h; 99 of 100 take at most 1 min 58 s"]);
  const pages = ask.mock.calls.length;
  many("never-ended", 3000, NOON - 30 * DAY);
  house.services.store.maintenance.catchUp();
  ask.mockClear();
  await watch.look();
  expect(ask.mock.calls.length).toBeLessThanOrEqual(pages);
  ask.mockRestore();
});

test("a queue that grows is noted until it is short again", async () => {
  let waiting = 0;
  const more = async (many: number): Promise<void> => {
    for (let at = 0; at < many; at += 1) {
      waiting += 1;
      await told(`w${waiting}`, { kind: "build" }, "queued", house.clock.nowMs);
    }
    house.clock.nowMs += MINUTE;
    await watch.look();
  };
  for (const many of [2, 0, 0, 0, 0, 1, 1, 2, 1, 1]) await more(many);
  expect(await standing()).toEqual(["8 wait in gitlab, and it grows; a moment ago it was 2"]);
  await more(0);
  expect(await standing()).toHaveLength(1);
  for (let at = 1; at <= 6; at += 1) await told(`w${at}`, { kind: "build" }, "succeeded", house.clock.nowMs);
  await more(0);
  expect(await standing()).toEqual([]);
  expect([written("vice.abnormal.found.v1"), written("vice.abnormal.settled.v1")]).toEqual([1, 1]);
});

test("a service that is not deployed any more is noted until it is", async () => {
  for (let at = 0; at < 10; at += 1)
    await told(`d${at}`, { version: `v${at}` }, "succeeded", NOON - (60 - at * 2) * DAY);
  await watch.look();
  const { abnormal: many } = (await house.run(status as Command<Services>, {})) as { abnormal: number };
  expect(many).toBe(1);
  expect(await standing()).toEqual([
    "shop was not deployed to production for 42 d; its longest pause was 2 d",
  ]);
  await told("new", { version: "v11" }, "succeeded", NOON);
  house.clock.nowMs += MINUTE;
  await watch.look();
  expect(await standing()).toEqual([]);
});
