// Reports on durations: percentiles as from the rows, trend, candidates in the order computed by hand, flaky steps, errors.
import { afterEach, beforeEach, expect, test } from "vitest";
import { deployment } from "../../../../test/data-services.ts";
import { NOON, openWired, type WiredHouse } from "../../../../test/wired-house.ts";
import { quantile } from "../../../domain/quantile.ts";
import type { Facts, Step } from "../../../domain/transition.ts";
import type { Command } from "../../../kit/command.ts";
import type { Services } from "../../../ports/services.ts";
import { report } from "../report.ts";

const DAY = 86_400_000;
let house: WiredHouse;
let id = 0;
beforeEach(async () => {
  house = await openWired();
});
afterEach(() => house.close());

async function ran(name: string, ms: number | null, step: Step = "succeeded", more: Facts = {}, daysAgo = 1) {
  id += 1;
  const facts: Facts = { kind: "stage", durationMs: ms, ...more, tags: { name, ...more.tags } };
  await house.services.log.append(deployment(String(id), facts, step, NOON - daysAgo * DAY + id));
}
const asked = async <T>(project: string, more: object = {}): Promise<T> =>
  (await house.run(report as Command<Services>, { project, ...more })) as T;

interface Durations {
  items: Array<Record<"p50" | "p95" | "runs" | "change" | "totalMs", number> & { name: string }>;
  exact: { p50: number; p95: number; runs: number; rows: unknown[] } | null;
  errorBound: number;
}

test("percentiles within the stated error, exact for one step, with its rows", async () => {
  const durations = Array.from({ length: 40 }, (_, at) => 1000 + at * at * 37);
  for (const ms of durations) await ran("test", ms);
  for (const ms of durations) await ran("test", ms * 2, "succeeded", {}, 100);
  await ran("test", 999_999, "canceled");
  const { items, errorBound } = await asked<Durations>("durations");
  const [exact50, exact95] = [quantile(durations, 0.5) ?? 0, quantile(durations, 0.95) ?? 0];
  expect(items[0]).toMatchObject({ name: "test", runs: 41, totalMs: durations.reduce((a, b) => a + b) });
  expect(Math.abs((items[0]?.p50 ?? 0) / exact50 - 1)).toBeLessThan(errorBound + 0.001);
  expect(Math.abs((items[0]?.p95 ?? 0) / exact95 - 1)).toBeLessThan(errorBound + 0.001);
  expect(items[0]?.change).toBeCloseTo(-0.5, 1);
  const { exact } = await asked<Durations>("durations", { step: "test" });
  expect(exact).toMatchObject({ p50: exact50, p95: exact95, runs: 41 });
  expect(exact?.rows).toHaveLength(41);
  await expect(asked("durations", { step: "tset" })).rejects.toMatchObject({
    code: "not-found",
    hint: expect.stringContaining("test"),
  });
});

test("candidates of three scripts stand in the order computed by hand", async () => {
  const script = (name: string, runs: number, failed: number, ms: number) =>
    Promise.all(
      Array.from({ length: runs }, (_, at) =>
        ran(name, ms, at < failed ? "failed" : "succeeded", { kind: "action" }),
      ),
    );
  await script("deploy-api.sh", 10, 5, 60_000); // 600 s × 6/12 = 300 s
  await script("migrate.sh", 2, 0, 300_000); // 600 s × 1/4 = 150 s
  await script("lint.sh", 50, 0, 20_000); // 1,000 s × 1/52 = 19.2 s
  const { items } = await asked<{ items: Array<{ name: string; score: number }> }>("candidates");
  expect(items.map(({ name, score }) => [name, score])).toEqual([
    ["deploy-api.sh", 300_000],
    ["migrate.sh", 150_000],
    ["lint.sh", 19_231],
  ]);
});

test("a step that failed and succeeded on one commit is flaky, one that only failed is not; errors are grouped", async () => {
  const [a, b] = ["a".repeat(40), "b".repeat(40)];
  await ran("e2e", 1000, "failed", { commitSha: a, error: "timeout after 30 s" });
  await ran("e2e", 1000, "succeeded", { commitSha: a });
  await ran("e2e", 1000, "failed", { commitSha: b, error: "timeout after 31 s" });
  await ran("lint", 1000, "failed", { commitSha: a, error: "no such file /home/ci/a.ts" });
  const steps = await asked<{ flaky: unknown[]; errors: unknown[]; title: string }>("steps");
  expect(steps.flaky).toEqual([
    expect.objectContaining({ name: "e2e", service: "shop", commits: 1, failures: 1 }),
  ]);
  expect(steps.errors).toMatchObject([
    { pattern: "timeout after <n> s", count: 2 },
    { pattern: "no such file <path>", count: 1 },
  ]);
  expect(steps.title).toBe("e2e is flaky: it failed and succeeded on 1 commit");
});
