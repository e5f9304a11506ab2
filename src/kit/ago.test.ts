// Ages in words: the same in the terminal and on the page.
import { expect, test } from "vitest";
import { sayAge, sayAgo } from "./ago.ts";

const NOW = Date.parse("2026-11-20T12:00:00.000Z");
const back = (ms: number): string => new Date(NOW - ms).toISOString();

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
  [553 * 86_400_000, "18 mo ago"],
  [800 * 86_400_000, "2 y ago"],
  [-7_200_000, "in 2 h"],
])("%d ms back is %s", (ms, words) => {
  expect(sayAgo(back(ms), NOW)).toBe(words);
});

test("what is no time stays as it is; an age has one unit and no sign", () => {
  expect(sayAgo("soon", NOW)).toBe("soon");
  expect(sayAge(-3 * 86_400_000)).toBe("3 d");
});
