/** Tests times in words; ages are tested in src/kit. */
import { expect, test } from "vitest";
import { formatAbsolute, formatDuration } from "./format-time.ts";

test("what is no time is shown as it is", () => {
  expect(formatAbsolute("soon")).toBe("soon");
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

test("the absolute time is in the wanted zone", () => {
  expect(formatAbsolute("2026-11-20T23:30:00.000Z", "Asia/Tokyo")).toContain("21");
});
