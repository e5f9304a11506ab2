// Review performance: columns and units of vsperformancereport, values by hand, and no division by nothing.
import fc from "fast-check";
import { expect, test } from "vitest";
import { AGGREGATE_COLUMNS, aggregate, type Change, RAW_COLUMNS, rawRow } from "./pull-performance.ts";

const HOUR = 3_600_000;
const MONDAY = Date.parse("2026-11-16T00:00:00Z");
const change = (openedHours: number, hours: number, more: Partial<Change> = {}): Change => ({
  ...{ owner: "example-shop", repo: "shop", createdMs: MONDAY + openedHours * HOUR, merged: true },
  ...{
    endedMs: MONDAY + (openedHours + hours) * HOUR,
    updatedMs: null,
    comments: 2,
    additions: 30,
    deletions: 10,
  },
  ...{ author: "robin", url: null, title: "Prices", reviewers: "kim" },
  ...more,
});

test("a row has the columns of the original, in its order and units", () => {
  expect(Object.keys(rawRow(change(0, 1)))).toEqual(RAW_COLUMNS);
  expect(RAW_COLUMNS.join()).toBe(
    "owner,repo,created_at,merged,duration,comments,additions,deletions,total_changes,duration_per_comment,duration_per_line,merged_at,closed_at,updated_at,author,url,title,Reviewers",
  );
  expect(rawRow(change(0, 1))).toMatchObject({
    ...{ duration: 3600, total_changes: 40, duration_per_comment: 1800, duration_per_line: 90 },
    ...{ merged_at: "2026-11-16T01:00:00.000Z", closed_at: "2026-11-16T01:00:00.000Z" },
  });
  expect(rawRow(change(0, 1, { merged: false }))).toMatchObject({ merged: false, merged_at: null });
});

test("a change without lines or comments has no duration for each of them", () => {
  const row = rawRow(change(0, 1, { additions: 0, deletions: 0, comments: 0 }));
  expect([row["total_changes"], row["duration_per_line"], row["duration_per_comment"]]).toEqual([
    0,
    null,
    null,
  ]);
  expect(rawRow(change(0, 1, { additions: null }))["total_changes"]).toBeNull();
});

test("aggregates by week, each value by hand", () => {
  const changes = [
    change(0, 2),
    change(24, 4, { merged: false, comments: 0 }),
    change(48, 6, { additions: 0, deletions: 0 }),
    change(7 * 24, 20),
  ];
  const [first, second] = aggregate(changes, "week", "UTC");
  expect(Object.keys(first ?? {})).toEqual(AGGREGATE_COLUMNS);
  expect(first).toEqual({
    ...{ Key: "2026-11-16_example-shop|shop", Interval: "2026-11-16", UnixTime: MONDAY / 1000 },
    ...{ Owner: "example-shop", Repo: "shop", TotalPullRequests: 3, NumMerged: 2, MergeRatio: 0.67 },
    // (40 + 40 + 0) / 3; (2 + 4 + 6) / 3
    ...{ AvgTotalLinesChanged: 26.7, AvgDurationHours: 4 },
    // (7200 / 40 + 14400 / 40) / 2; (7200 / 2 + 21600 / 2) / 2; (2 + 0 + 2) / 3
    ...{ AvgDurationSecondsPerLine: 270, AvgDurationSecondsPerComment: 7200, AvgNumberOfComments: 1.3 },
    // of 2, 4, 6
    ...{ DurationP50RunningHours: 4, DurationP95RunningHours: 5.8, DurationP99RunningHours: 6 },
  });
  // of 2, 4, 6, 20: running, so the week before counts too
  expect(second).toMatchObject({ Interval: "2026-11-23", TotalPullRequests: 1, DurationP50RunningHours: 5 });
});

test("days and months, in the days of a zone", () => {
  const late = change(23.5, 1);
  expect(aggregate([late], "day", "UTC")[0]?.["Interval"]).toBe("2026-11-16");
  expect(aggregate([late], "day", "Europe/Berlin")[0]?.["Interval"]).toBe("2026-11-17");
  expect(aggregate([late], "month", "UTC")[0]?.["Interval"]).toBe("2026-11-01");
});

test("no value is ever NaN or infinite", () => {
  const amount = fc.option(fc.nat(50));
  const any = fc.record({
    opened: fc.nat(2000),
    took: fc.nat(500),
    ...{ merged: fc.boolean(), comments: amount, additions: amount, deletions: amount },
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), fc.constantFrom("day", "week", "month"), (list, window) => {
      const changes = list.map(({ opened, took, ...more }) => change(opened, took, more));
      const rows = [...changes.map(rawRow), ...aggregate(changes, window, "UTC")];
      for (const value of rows.flatMap((row) => Object.values(row)))
        if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
      const total = aggregate(changes, window, "UTC").reduce(
        (sum, row) => sum + Number(row["TotalPullRequests"]),
        0,
      );
      expect(total).toBe(changes.length);
    }),
  );
});
