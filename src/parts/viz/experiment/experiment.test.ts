// An experiment with known data gets its verdict with the method named; it survives a rebuild; wrong orders are refused.
import { afterEach, beforeEach, expect, test } from "vitest";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { pushSeries } from "../../data/series/push-command.ts";
import { experimentCommands } from "./experiment-commands.ts";

const MINUTE = 60_000;
let house: WiredHouse;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

const run = async (verb: string, input: object): Promise<unknown> => {
  const command = experimentCommands.find(({ id }) => id === `viz.experiment-${verb}`) as Command<Services>;
  return house.run(command, input);
};

test("started, judged, stopped: supported, with before and after and the method", async () => {
  const points = Array.from({ length: 120 }, (_, at) => [
    NOON + (at - 60) * MINUTE,
    (at < 60 ? 100 : 112) + (((at * 7919) % 13) - 6),
  ]);
  await house.run(pushSeries as Command<Services>, { points: [{ name: "orders", points }] });
  const hypothesis = "People finish more often";
  await run("start", { name: "card", hypothesis, metric: "orders", expect: "up", by: "5%" });
  await expect(
    run("start", { name: "card", hypothesis, metric: "orders", expect: "up" }),
  ).rejects.toMatchObject({
    code: "input.invalid",
  });
  await expect(run("stop", { name: "card", to: "2026-11-20T11:00Z" })).rejects.toMatchObject({
    message: "It began at 2026-11-20T12:00:00.000Z: it cannot have ended before.",
  });
  house.clock.nowMs = NOON + 60 * MINUTE;
  const judged = { verdict: "supported", points: { before: 60, after: 60 } };
  expect(await run("verdict", { name: "card" })).toMatchObject({ to: null, judged });
  const stopped = (await run("stop", { name: "card" })) as { judged: { method: string; change: number } };
  expect(stopped).toMatchObject({ to: "2026-11-20T13:00:00.000Z", judged });
  expect(stopped.judged.change).toBeCloseTo(0.12, 1);
  expect(stopped.judged.method).toContain("regression on ranks");
  house.services.store.maintenance.startRebuild();
  house.services.store.maintenance.work(5000);
  expect(await run("list", {})).toMatchObject({ items: [{ name: "card", to: "2026-11-20T13:00:00.000Z" }] });
  await expect(run("verdict", { name: "cord" })).rejects.toMatchObject({
    hint: expect.stringContaining("card"),
  });
});

test("a metric that nobody pushed is told with the nearest, and taken when it will come later", async () => {
  const points = [[NOON, 1]];
  await house.run(pushSeries as Command<Services>, { points: [{ name: "orders", points }] });
  const asked = { name: "x", hypothesis: "y", expect: "up" };
  await expect(run("start", { ...asked, metric: "ordrs" })).rejects.toMatchObject({
    ...{ code: "not-found", details: { nearest: "orders" } },
    hint: expect.stringContaining("--later"),
  });
  await run("start", { ...asked, metric: "ordrs", later: true });
  await run("start", { ...asked, name: "z", metric: "orders" });
});
