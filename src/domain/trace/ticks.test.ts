/** Tests the marks on the axis of a trace. */
import { expect, test } from "vitest";
import { offsetTicks } from "./ticks.ts";

const DAY = 86_400_000;
const labels = (fromMs: number, toMs: number, most = 4) =>
  offsetTicks(fromMs, toMs, most).map(({ label }) => label);

test.each([
  [3 * 3_600_000, ["0", "1 h", "2 h", "3 h"]],
  [42 * 3_600_000, ["0", "12 h", "1 d", "1 d 12 h"]],
  [9 * DAY, ["0", "3 d", "6 d", "9 d"]],
  [30 * DAY, ["0", "2 w", "4 w"]],
  [2551 * DAY, ["0", "2 y", "4 y", "6 y"]],
  [450, ["0", "200 ms", "400 ms"]],
])("%d ms have round marks", (ms, wanted) => {
  expect(labels(0, ms)).toEqual(wanted);
});

test("a part of it keeps the marks that are round since the start; nothing has none", () => {
  expect(labels(DAY + 1, 3 * DAY)).toEqual(["1 d 12 h", "2 d", "2 d 12 h", "3 d"]);
  expect(labels(5, 5)).toEqual([]);
});
