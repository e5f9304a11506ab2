/** Tests times in words. */
import { describe, expect, test } from "vitest";
import { formatAbsolute, formatAgo, formatDuration, formatSpan } from "./format-time.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const back = (ms: number): string => new Date(NOW - ms).toISOString();

describe("formatAgo", () => {
  test.each([
    [0, "now"],
    [4_999, "now"],
    [5_000, "5 s ago"],
    [59_999, "59 s ago"],
    [60_000, "1 min ago"],
    [3_600_000, "1 h ago"],
    [86_399_000, "23 h ago"],
    [13 * 86_400_000, "13 d ago"],
    [14 * 86_400_000, "2 w ago"],
    [400 * 86_400_000, "13 mo ago"],
    [800 * 86_400_000, "2 y ago"],
    [-7_200_000, "in 2 h"],
  ])("%d ms back is %s", (ms, words) => {
    expect(formatAgo(back(ms), NOW)).toBe(words);
  });

  test("what is no time is shown as it is", () => {
    expect(formatAgo("soon", NOW)).toBe("soon");
    expect(formatAbsolute("soon")).toBe("soon");
  });
});

test.each([
  [29, "29 ms"],
  [0.2, "1 ms"],
  [800, "0.8 s"],
  [42_000, "42 s"],
  [90_000, "1 min 30 s"],
  [120_000, "2 min"],
  [7_500_000, "2 h 5 min"],
  [90_000_000, "1 d 1 h"],
])("%d ms lasts %s", (ms, words) => {
  expect(formatDuration(ms)).toBe(words);
});

test("a span has one unit and no sign", () => {
  expect(formatSpan(-3 * 86_400_000)).toBe("3 d");
});

test("the absolute time is in the wanted zone", () => {
  expect(formatAbsolute("2026-11-20T23:30:00.000Z", "Asia/Tokyo")).toContain("21");
});
