/** Tests the counts behind the chart of the timeline. */
import { expect, test } from "vitest";
import { barPlot } from "../../../src/domain/chart/bar.ts";
import { build } from "../../mock/deployments.ts";
import { countBars, countChart, sayCounts, totalOf, withoutFirst } from "./count-chart.ts";

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

test("each bar stands at its time, with failed at its top, and in the slot where it can be chosen", () => {
  const rows = [row(AT - 1, "succeeded"), row(AT - 2, "failed"), row(AT - HOUR, "running")];
  const counts = countBars(rows, AT - 2 * HOUR, AT);
  const chart = countChart(counts, ({ fromMs }) => String(fromMs));
  expect(chart.parts.map(({ tone }) => tone)).toEqual(["plain", "run", "bad"]);
  expect(chart.bars.map(({ atMs, values }) => [atMs, values])).toEqual(
    counts.bars.map(({ fromMs, succeeded, other, failed }) => [fromMs, [succeeded, other, failed]]),
  );
  const { area, slots } = barPlot(chart, { width: 400, height: 64, zone: "UTC" });
  expect(area.bottom - area.top).toBe(64);
  expect([slots[0]?.from, slots.at(-1)?.to]).toEqual([area.left, area.right]);
  const widths = slots.map(({ from, to }) => Math.round(to - from));
  expect(new Set(widths).size).toBe(1);
});
