/** What is said of the efficiency of flow where all of the time is known, a part, and nothing. */
import { expect, test } from "vitest";
import { sayEfficiency } from "./say-efficiency.ts";

test.each([
  [0.444, { least: 0.444, most: 0.444 }, "44 %"],
  [null, { least: 0.404, most: 1 }, "between 40 % and 100 %"],
  [null, null, null],
])("%j, %j", (efficiency, efficiencyRange, said) => {
  expect(sayEfficiency({ efficiency, efficiencyRange })).toBe(said);
});
