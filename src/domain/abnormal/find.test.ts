// What hangs, what grows, what is not deployed any more; and what only looks like it.
import { expect, test } from "vitest";
import { findQueue, findStuck, findUndeployed, isQueueOver, QUEUE_LOOKS } from "./find.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const MINUTE = 60_000;
const DAY = 86_400_000;

test("a run is stuck past the 99th percentile of its step, when enough runs are known", () => {
  const running = {
    ...{ id: "a", name: "test", service: "shop" },
    startedAt: new Date(NOW - 20 * MINUTE).toISOString(),
  };
  const found = findStuck(running, { p99Ms: 10 * MINUTE, runs: 50 }, NOW);
  expect(found).toMatchObject({
    key: "stuck:a",
    since: new Date(NOW - 10 * MINUTE).toISOString(),
    said: "test of shop runs for 20 min; 99 of 100 take at most 10 min",
  });
  expect(findStuck(running, { p99Ms: 30 * MINUTE, runs: 50 }, NOW)).toBeNull();
  expect(findStuck(running, { p99Ms: 10 * MINUTE, runs: 19 }, NOW)).toBeNull();
  expect(findStuck(running, { p99Ms: null, runs: 50 }, NOW)).toBeNull();
});

const looks = (...waiting: number[]) => waiting.map((n, at) => ({ atMs: NOW + at * MINUTE, waiting: n }));

test("a queue grows when it doubles without becoming shorter; one that goes up and down does not", () => {
  expect(findQueue("jenkins", looks(3, 2, 3, 4, 3, 4, 6, 8, 8, 11))).toMatchObject({ value: 11, usual: 3 });
  expect(findQueue("jenkins", looks(3, 2, 3, 4, 3, 4, 9, 5, 8, 11))).toBeNull();
  expect(findQueue("jenkins", looks(9, 9, 9, 9, 9, 9, 10, 10, 11, 11))).toBeNull();
  expect(findQueue("jenkins", looks(0, 0, 0, 0, 0, 1, 2, 3, 4, 4))).toBeNull();
  expect(findQueue("jenkins", looks(...Array<number>(QUEUE_LOOKS - 1).fill(50)))).toBeNull();
  const found = findQueue("jenkins", looks(3, 2, 3, 4, 3, 4, 6, 8, 8, 12));
  expect([7, 6, 2].map((waiting) => found !== null && isQueueOver(waiting, found))).toEqual([
    false,
    true,
    true,
  ]);
});

test("a service is missed when it is idle for one and a half times its longest pause", () => {
  const deployed = Array.from({ length: 10 }, (_, at) => new Date(NOW - (30 + at * 3) * DAY).toISOString());
  expect(findUndeployed("shop", deployed, NOW)).toMatchObject({
    key: "undeployed:shop",
    since: new Date(NOW - 27 * DAY).toISOString(),
    said: "shop was not deployed to production for 30 d; its longest pause was 3 d",
  });
  expect(findUndeployed("shop", deployed, NOW - 26 * DAY)).toBeNull();
  expect(findUndeployed("shop", deployed.slice(0, 7), NOW)).toBeNull();
});
