/** The known names that a mistyped one may mean. */
import { expect, test } from "vitest";
import { nearest, nearestFirst } from "./nearest.ts";

const KNOWN = ["dev", "pr-477", "pr-481", "prod-eu", "prod-us", "staging"];

test.each([
  ["prd", ["prod-eu", "prod-us"]],
  ["prod-ue", ["prod-eu", "prod-us"]],
  ["stage", ["staging"]],
])("of %s the nearest stand first", (word, first) => {
  expect(nearestFirst(word, KNOWN).slice(0, first.length)).toEqual(first);
  expect(nearestFirst(word, KNOWN)).toHaveLength(KNOWN.length);
});

test("one is meant only when it is near enough", () => {
  expect(nearest("prod-ue", KNOWN)).toBe("prod-eu");
  expect(nearest("production", KNOWN)).toBeNull();
});
