/** Buckets in time zones, the error of histograms, bands by year, what repairs, and the other rules. */
import { array, assert, double, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { quantile } from "../quantile.ts";
import { bucketsOf, startOfDay } from "./buckets.ts";
import { addTo, bucketOf, HISTOGRAM_ERROR, type Histogram, quantilesOf } from "./histogram.ts";
import { remedyOf } from "./remedy.ts";
import { bandOf } from "./score.ts";

const iso = (ms: number): string => new Date(ms).toISOString();
const period = (from: string, to: string) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });

describe("buckets", () => {
  test("weeks begin on Monday and are cut to the period", () => {
    const weeks = bucketsOf(period("2026-11-18T06:00:00Z", "2026-12-01T00:00:00Z"), "week", "UTC");
    expect(weeks.map(({ fromMs, toMs }) => [iso(fromMs).slice(0, 13), iso(toMs).slice(0, 10)])).toEqual([
      ["2026-11-18T06", "2026-11-23"],
      ["2026-11-23T00", "2026-11-30"],
      ["2026-11-30T00", "2026-12-01"],
    ]);
  });

  test("the day on which clocks go back has 25 hours, the one on which they go forward 23", () => {
    const hours = (from: string, to: string): number[] =>
      bucketsOf(period(from, to), "day", "Europe/Berlin").map(
        ({ fromMs, toMs }) => (toMs - fromMs) / 3_600_000,
      );
    expect(hours("2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z")).toEqual([24, 25, 24]);
    expect(hours("2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z")).toEqual([24, 23, 24]);
  });

  test("months are those of the place; clocks that skip midnight begin the day at the first moment there is", () => {
    const months = bucketsOf(
      period("2026-01-01T00:00:00Z", "2026-03-02T00:00:00Z"),
      "month",
      "America/New_York",
    );
    expect(months.map(({ fromMs }) => iso(fromMs))).toEqual([
      "2026-01-01T00:00:00.000Z",
      "2026-01-01T05:00:00.000Z",
      "2026-02-01T05:00:00.000Z",
      "2026-03-01T05:00:00.000Z",
    ]);
    const skipped = Date.parse("2018-11-04T00:00:00Z") / 86_400_000;
    expect(iso(startOfDay(skipped, "America/Sao_Paulo"))).toBe("2018-11-04T03:00:00.000Z");
  });
});

test("a percentile from a histogram is at most 5 % off", () => {
  const durations = array(integer({ min: 1, max: 4_000_000_000 }), { minLength: 1, maxLength: 200 });
  assert(
    property(durations, double({ min: 0, max: 1, noNaN: true }), (values, share) => {
      const histogram: Histogram = new Map();
      for (const ms of values) addTo(histogram, bucketOf(ms), 1);
      const exact = quantile(values, share) ?? 0;
      expect(Math.abs((quantilesOf(histogram, [share])[0] ?? 0) - exact)).toBeLessThanOrEqual(
        exact * HISTOGRAM_ERROR,
      );
    }),
  );
});

test.each([
  [{ deploymentKind: "rollback" as const }, "rollback"],
  [{ tags: { title: 'Revert "Add cards"' } }, "revert"],
  [{ tags: { message: "Fix it\n\nThis reverts commit 279484c09fbe." } }, "revert"],
  [{ ref: "revert-15-cards" }, "revert"],
  [{ ref: "hotfix/cards" }, "hotfix"],
  [{ tags: { labels: "backend,hotfix" } }, "hotfix"],
  [{ tags: { fixes: "0193" } }, "fix"],
  [{ ref: "main", tags: { title: "Show incidental hotfixes of revertible things" } }, null],
  [{ ref: "feature/reverted-list" }, null],
])("%j is a %s", (said, remedy) => {
  expect(remedyOf({ deploymentKind: "deploy", ref: null, tags: {}, ...said })).toBe(remedy);
});

test("bands differ by the year of the report, and rework has none", () => {
  expect(bandOf("changeLeadTime", 4 * 3600, 2021)).toBe("high");
  expect(bandOf("changeLeadTime", 4 * 3600, 2023)).toBe("elite");
  expect(bandOf("deploymentFrequency", 1 / 7, 2023)).toBe("high");
  expect(bandOf("changeFailRate", 0.2, 2023)).toBe("low");
  expect(bandOf("changeFailRate", null)).toBeNull();
  expect(bandOf("reworkRate", 0)).toBeNull();
});
