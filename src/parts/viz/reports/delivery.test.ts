// The nine panels of ValueStream with percentiles, from deployments whose values were computed by hand.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { report } from "../report.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
let house: WiredHouse;
let id = 0;

beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

/** A deployment that ended so many days before now, and took so many minutes. */
const deployed = (daysAgo: number, minutes: number, more: object = {}): Promise<unknown> => {
  id += 1;
  const endMs = house.clock.nowMs - daysAgo * DAY;
  return house.send({
    source: "generic",
    body: {
      ...{
        id: String(id),
        service: "shop",
        environment: "production",
        status: "succeeded",
        version: `v${id}`,
      },
      startedAt: new Date(endMs - minutes * MINUTE).toISOString(),
      finishedAt: new Date(endMs).toISOString(),
      ...more,
    },
  });
};

/** A pull request of GitHub, closed and opened so many days before now. */
const merged = (closedAgo: number, openedAgo: number, more: object = {}): Promise<unknown> => {
  id += 1;
  const [created_at, merged_at] = [openedAgo, closedAgo].map((days) =>
    new Date(house.clock.nowMs - days * DAY).toISOString(),
  );
  const pull = { number: id, title: `Change ${id}`, state: "closed", merged: true, head: { ref: `b${id}` } };
  return house.send({
    source: "github",
    headers: { "x-github-event": "pull_request", "x-github-delivery": String(id) },
    body: {
      action: "closed",
      pull_request: { ...pull, created_at, merged_at, closed_at: merged_at, updated_at: merged_at, ...more },
      repository: { id: 1, full_name: "example-shop/shop", html_url: "https://github.com/example-shop/shop" },
      sender: { login: "robin" },
    },
  });
};

const of = async <T>(project: string, more: object = {}): Promise<T> =>
  (await house.run(report as Command<Services>, { project, ...more })) as T;

test("rate by source, failed share, durations with percentiles: each as computed by hand", async () => {
  for (const [days, minutes] of [
    [0.5, 2],
    [1.5, 4],
    [2.5, 6],
    [3.5, 8],
  ] as const)
    await deployed(days, minutes);
  await deployed(4.5, 20, { status: "failed" });
  await deployed(100, 600);
  const { deployment, failedShare, deploymentsBySource, ticket } = await of<{
    deployment: { whole: object; points: Array<{ ended: number; p50Ms: number | null }> };
    failedShare: number;
    deploymentsBySource: object[];
    ticket: { whole: object };
  }>("valuestream", { since: "10d", bucket: "day" });
  // 2, 4, 6, 8, 20 minutes: median 6; p95 between 8 and 20 at place 3.8: 8 + 12 * 0.8 = 17.6; average 8.
  expect(deployment.whole).toMatchObject({
    ...{ ended: 5, succeeded: 4, failed: 1, canceled: 0 },
    ...{ averageMs: 8 * MINUTE, p50Ms: 6 * MINUTE },
  });
  expect((deployment.whole as { p95Ms: number }).p95Ms).toBeCloseTo(17.6 * MINUTE);
  expect(failedShare).toBe(0.2);
  expect(deploymentsBySource).toEqual([{ source: "generic", deployments: 5, perDay: 0.5 }]);
  expect(deployment.points.map(({ ended }) => ended)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  expect(deployment.points[0]?.p50Ms).toBeNull();
  expect(ticket.whole).toMatchObject({ ended: 0, p50Ms: null, averageMs: null });
});

test("a rate by day counts the days since the first deployment known, not all that were asked", async () => {
  for (const days of [0.1, 1, 2, 3]) await deployed(days, 2);
  const { knownDays, deploymentsBySource } = await of<{ knownDays: number; deploymentsBySource: object[] }>(
    "valuestream",
    { since: "10d" },
  );
  expect(knownDays).toBe(3.5);
  expect(deploymentsBySource).toMatchObject([{ deployments: 4, perDay: 4 / 3.5 }]);
});

test("a change was updated when its tool told last that it moved, also after it was merged", async () => {
  const labelled = new Date(house.clock.nowMs - DAY).toISOString();
  await merged(3, 5);
  await merged(2, 5, { updated_at: labelled });
  const { rows } = await of<{ rows: Array<{ merged_at: string; updated_at: string }> }>("pr", {
    since: "10d",
  });
  expect(rows[0]?.updated_at).toBe(rows[0]?.merged_at);
  expect([rows.length, rows[1]?.updated_at]).toEqual([2, labelled]);
});

test("changes in the system are average duration x rate of ends", async () => {
  for (const days of [1, 2, 3, 4]) await merged(days, days + 5);
  const { changesInSystem } = await of<{
    changesInSystem: { average: number };
  }>("valuestream", { since: "10d" });
  // Four changes of 5 days each in 10 days: 2 at any moment.
  expect(changesInSystem.average).toBeCloseTo(2);
});
