/** Tests which names are told to be new before they are made. */
import { expect, test } from "vitest";
import { isNew, nearestName } from "./nearest-name.ts";

const KNOWN = ["shop", "payments", "data/recommender", "checkout"];

test("a known name is not new, in whatever case it is written", () => {
  expect(isNew(" Shop ", KNOWN)).toBe(false);
  expect(isNew("", KNOWN)).toBe(false);
  expect(isNew("shpo", KNOWN)).toBe(true);
});

test.each([
  ["shpo", "shop"],
  ["paymnets", "payments"],
  ["recommender", "data/recommender"],
  ["recomender", "data/recommender"],
  ["api", null],
  ["billing", null],
])("%s is near to %s", (name, near) => {
  expect(nearestName(name, KNOWN)).toBe(near);
});
