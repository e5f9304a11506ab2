/** The words of an import's progress: what was read, how fast, and how long it still takes. */
import { expect, test } from "vitest";
import { paceOf } from "./pace.ts";

test("rate and remaining time come from what this run has done", () => {
  let nowMs = 0;
  const pace = paceOf(() => nowMs);
  expect(pace.words(50, 0.5)).toBe("50 read, counting what is left");
  nowMs = 10_000;
  expect(pace.words(2350, 0.75)).toBe("2,400 read, 240 a second, 10 s left");
  nowMs = 20_000;
  expect(pace.words(2400, 1)).toBe("4,800 read, 240 a second");
});
