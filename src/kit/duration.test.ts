// A duration says no more and no less than what is known, and the marks of a scale differ.
import { expect, test } from "vitest";
import { sayDuration } from "./duration.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0, "0 ms"],
  [0.2, "1 ms"],
  [450, "450 ms"],
  [999.7, "1 s"],
  [2410, "2.4 s"],
  [9960, "10 s"],
  [59_400, "59 s"],
  [59_600, "1 min"],
  [90_000, "1 min 30 s"],
  [9.88 * MINUTE, "9 min 53 s"],
  [41.2 * MINUTE, "41 min"],
  [99 * MINUTE, "1 h 39 min"],
  [2 * HOUR, "2 h"],
  [-3.5 * HOUR, "3 h 30 min"],
  [4 * HOUR - 20_000, "4 h"],
  [7.22 * HOUR, "7 h 13 min"],
  [DAY - 1, "1 d"],
  [26 * HOUR, "1 d 2 h"],
  [42 * HOUR, "1 d 18 h"],
  [3 * DAY, "3 d"],
  [9.99 * DAY, "10 d"],
  [12.4 * DAY, "12 d"],
  [800 * DAY, "2 y"],
] as const)("%d ms are %s", (ms, said) => {
  expect(sayDuration(ms)).toBe(said);
});
