// All pushed series are asked at once: those that moved with a deployment are named, the largest first; others' are not asked.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { report } from "../report.ts";

const MINUTE = 60_000;
const START = NOON - 300 * MINUTE;
let house: WiredHouse;

beforeEach(async () => {
  house = await openWired();
  for (const at of [60, 120, 180])
    await house.services.log.append(
      deployment(String(at), { version: `v${at / 60}` }, "succeeded", START + at * MINUTE),
    );
});
afterEach(() => house.close());

interface Answer {
  title: string;
  asked: number;
  leftOut: number;
  tests: number;
  deployments: number;
  deployment: { version: string } | null;
  items: Array<{ series: string; moved: boolean; change: number; deployments: Array<{ version: string }> }>;
  pictures: Array<{ series: string }>;
  rendered?: string;
}
const effects = async (subject?: string, more: object = {}): Promise<Answer> =>
  (await house.run(report as Command<Services>, { project: "effects", subject, ...more })) as Answer;

/** A little noise, other for each series and the same each time. */
const noise = (seed: number, at: number): number => ((at * 7919 + seed * 104_729) % 13) - 6;
const levelled = (seed: number, moved: number, level: number) => (at: number) =>
  (at < moved ? 100 : level) + noise(seed, at);

async function push(
  name: string,
  labels: Record<string, string>,
  value: (at: number) => number,
): Promise<void> {
  const points = Array.from({ length: 300 }, (_, at): [number, number] => [START + at * MINUTE, value(at)]);
  const data = { series: [{ name, labels, points }] };
  const event = { type: "vice.series.pushed.v1" as const, source: "/test", subject: null, data, actor: null };
  const time = new Date(NOON).toISOString();
  await house.services.log.append({
    delivery: null,
    events: [{ ...event, time, traceparent: null, delivery: null }],
  });
}

async function idOf(version: string): Promise<string> {
  const { items } = house.services.store.read.activities({}, 10, null, NOON);
  return items.find((each) => each.version === version)?.id ?? "";
}

test("with one deployment: what moved with it, and neither what moved with another nor what is of another service", async () => {
  await push("orders", {}, levelled(1, 120, 50));
  await push("errors", { service: "shop" }, levelled(2, 120, 220));
  await push("latency", { service: "shop", environment: "prod-eu" }, levelled(3, 180, 300));
  await push("visits", {}, levelled(4, 0, 100));
  await push("mails", { service: "billing" }, levelled(5, 120, 10));
  await push("queue", { service: "shop", environment: "staging" }, levelled(6, 120, 10));
  const found = await effects(await idOf("v2"));
  expect(found).toMatchObject({ asked: 4, leftOut: 0, tests: 4, deployment: { version: "v2" } });
  const moved = found.items.filter((each) => each.moved);
  expect(moved.map(({ series }) => series)).toEqual(['errors{service="shop"}', "orders"]);
  expect(found.title).toBe(
    '2 of 4 metrics moved with shop v2 to prod-eu: errors{service="shop"} by +120 % most',
  );
  expect(found.pictures.map(({ series }) => series)).toEqual(['errors{service="shop"}', "orders"]);
  expect((await effects(await idOf("v1"))).title).toBe("No metric clearly moved with shop v1 to prod-eu");
});

test("without a deployment all are asked about all, and each shift names its deployment", async () => {
  await push("orders", {}, levelled(1, 180, 50));
  await push("errors", {}, levelled(2, 60, 140));
  const found = await effects();
  expect(found).toMatchObject({ asked: 2, tests: 6, deployments: 3, deployment: null });
  const named = found.items.flatMap((each) =>
    each.moved ? [[each.series, each.deployments[0]?.version]] : [],
  );
  expect(named).toEqual([
    ["orders", "v3"],
    ["errors", "v1"],
  ]);
  const { rendered } = await effects(undefined, { format: "markdown" });
  expect(rendered).toContain("← moved");
  expect(rendered).toContain("Holm");
});

test("without any series nothing is known, and a word that is no deployment is told", async () => {
  expect(await effects()).toMatchObject({
    title: "No metric is known that a deployment could have moved",
    items: [],
  });
  await expect(effects("abcdef012345")).rejects.toMatchObject({ code: "not-found" });
});
