/** Tests how durations are said. */
import { expect, test } from "vitest";
import { duration } from "./report.ts";

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1000, "1.0 s"],
  [59_940, "59.9 s"],
  [59_960, "1 min 0 s"],
  [185_000, "3 min 5 s"],
  [4_320_000, "1 h 12 min"],
])("%d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
