// Points that are pushed in are there for the next read, also after a rebuild; what is wrong is refused whole.
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { listSeries } from "./list-command.ts";
import { pushSeries } from "./push-command.ts";

let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const push = (input: object) => house.run(pushSeries as Command<Services>, input);
const list = () => house.run(listSeries as Command<Services>, {});

test("one from flags, many from Prometheus text and JSON; the newest value of a moment counts; a rebuild keeps all", async () => {
  await push({ series: 'orders{shop="eu"}', value: 5, at: "2026-11-20T11:00Z" });
  await push({ file: `orders{shop="eu"} 7 ${Date.parse("2026-11-20T11:00:00Z")}\norders{shop="us"} 3\n` });
  await push({ points: [{ name: "orders", labels: { shop: "us" }, points: [[NOON - 1000, 2]] }] });
  const read = () => house.services.store.series.points({ name: "orders", labels: {} }, 0, NOON + 1);
  const expected = [
    { name: "orders", labels: { shop: "eu" }, points: [[Date.parse("2026-11-20T11:00:00Z"), 7]] },
    {
      name: "orders",
      labels: { shop: "us" },
      points: [
        [NOON - 1000, 2],
        [NOON, 3],
      ],
    },
  ];
  expect(read()).toEqual(expected);
  expect(
    house.services.store.series.points({ name: "orders", labels: { shop: "us" } }, NOON, NOON + 1),
  ).toHaveLength(1);
  expect(await list()).toMatchObject({ items: [{ labels: { shop: "eu" }, points: 1 }, { points: 2 }] });
  house.services.store.maintenance.startRebuild();
  house.services.store.maintenance.work(5000);
  expect(read()).toEqual(expected);
});

test("points are counted as they come, each moment once, and again where a former vice kept no count", async () => {
  const { store } = house.services;
  const counts = async () =>
    ((await list()) as { items: Array<{ points: number; lastAt: string }> }).items.map(
      ({ points, lastAt }) => [points, Date.parse(lastAt)],
    );
  const at = (ms: number) => push({ points: [{ name: "orders", points: [[ms, 1]] }] });
  for (const ms of [NOON - 2, NOON - 1, NOON - 2]) await at(ms);
  expect(await counts()).toEqual([[2, NOON - 1]]);
  const db = new DatabaseSync(store.maintenance.health().file);
  db.exec("DELETE FROM series_count");
  db.close();
  expect(await counts()).toEqual([[2, NOON - 1]]);
  for (const ms of [NOON, NOON - 1]) await at(ms);
  expect(await counts()).toEqual([[3, NOON]]);
});

test("a line that is not right refuses all, and says which", async () => {
  await expect(push({ file: "a 1\nb x\n" })).rejects.toMatchObject({
    code: "input.invalid",
    message: 'Line 2: "x" is no finite number.',
  });
  await expect(push({ series: "a" })).rejects.toMatchObject({ message: "The value of a is missing." });
  await expect(push({})).rejects.toMatchObject({ message: "There is no point in it." });
  expect(await list()).toEqual({ items: [] });
});

test("a time that no clock says is refused; one that stands in the log all the same stops no read", async () => {
  await expect(push({ file: "orders 1 9999999999999999999" })).rejects.toMatchObject({
    code: "input.invalid",
    message: expect.stringContaining("Line 1: "),
  });
  const points = [[9e17, 1] as const, [NOON, 2] as const];
  const data = { series: [{ name: "orders", labels: {}, points }] };
  await house.services.log.append({
    delivery: null,
    events: [
      {
        ...{ type: "vice.series.pushed.v1", source: "/test", subject: null, actor: null, traceparent: null },
        ...{ time: new Date(NOON).toISOString(), data, delivery: null },
      },
    ],
  });
  expect(await list()).toMatchObject({ items: [{ name: "orders", points: 1 }] });
});
