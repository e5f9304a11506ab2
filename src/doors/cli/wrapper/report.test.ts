/** Tests how durations are said. */
import { expect, test } from "vitest";
import { duration } from "./report.ts";

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1000, "1 s"],
  [59_440, "59 s"],
  [59_960, "1 min"],
  [185_000, "3 min 5 s"],
  [2_472_000, "41 min"],
  [4_320_000, "1 h 12 min"],
])("%d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});
