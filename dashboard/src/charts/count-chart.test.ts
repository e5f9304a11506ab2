/** Tests the counts behind the chart of the timeline. */
import { expect, test } from "vitest";
import { build } from "../../mock/deployments.ts";
import { countBars, niceMax, sayCounts, stack, totalOf, withoutFirst } from "./count-chart.ts";

const AT = new Date(2026, 10, 20, 12, 30).getTime();
const HOUR = 3_600_000;
const row = (atMs: number, status: "succeeded" | "failed" | "running") =>
  build(0, { service: 0, environment: 0, atMs, status, release: 1 });

test("hours for a short span, days for a long one, by the reader's calendar", () => {
  expect(countBars([], AT - 5 * HOUR, AT).bars).toHaveLength(6);
  const days = countBars([], AT - 14 * 24 * HOUR, AT);
  expect(days.bucket).toBe("day");
  expect(days.bars).toHaveLength(15);
  expect(new Date(days.bars[0]?.fromMs ?? 0).getHours()).toBe(0);
});

test("failed stand apart, and the title says the finding", () => {
  const rows = [row(AT - 1, "succeeded"), row(AT - 2, "failed"), row(AT - HOUR, "running")];
  const counts = countBars(rows, AT - 2 * HOUR, AT);
  expect(counts.bars.map(totalOf)).toEqual([0, 1, 2]);
  expect(sayCounts(counts)).toBe("3 deployments in 3 hours, 1 failed");
  expect(sayCounts(countBars([], AT - 1, AT))).toBe("0 deployments in 1 hour");
});

test("a bucket that was read in part is not shown", () => {
  const counts = withoutFirst(countBars([row(AT - HOUR, "failed"), row(AT - 1, "succeeded")], AT - HOUR, AT));
  expect(counts.total).toBe(1);
  expect(counts.failed).toBe(0);
});

test("the axis ends at a round number", () => {
  expect([0, 3, 7, 23, 61, 100].map(niceMax)).toEqual([1, 3, 10, 50, 100, 100]);
});

test("parts of a bar stand on each other and never leave the area", () => {
  const area = { x: 0, y: 4, width: 100, height: 60 };
  const bar = { fromMs: 0, toMs: 1, succeeded: 2, failed: 1, other: 1 };
  const parts = stack(bar, 0, 10, 4, area);
  expect(parts.map(({ part }) => part)).toEqual(["succeeded", "other", "failed"]);
  expect(parts.at(-1)?.box.y).toBe(area.y);
});
