/** Patterns say the same as the regular expression that they stand for, and never take long. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePattern } from "./pattern.ts";

const asRegex = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&"))
      .join("(.*)")}$`,
    "is",
  );

test("a pattern with * fits and captures what (.*) would", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "-", "A"), maxLength: 12 });
  const patterns = fc.string({ unit: fc.constantFrom("a", "b", "-", "*"), maxLength: 7 });
  fc.assert(
    fc.property(patterns, letters, (pattern, text) => {
      const expected = asRegex(pattern).exec(text);
      expect(compilePattern(pattern).exec(text)).toEqual(expected === null ? null : [...expected]);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ["deploy/*", "Deploy/Shop", ["Deploy/Shop", "Shop"]],
  ["*-*", "a-b-c", ["a-b-c", "a-b", "c"]],
  ["/^deploy-(\\w+)$/", "DEPLOY-shop", ["DEPLOY-shop", "shop"]],
  ["shop", "shopping", null],
])("%s on %s", (pattern, text, expected) => {
  expect(compilePattern(pattern).exec(text)).toEqual(expected);
});

test("many stars on a long text do not multiply: this would not end within the time of a test", () => {
  expect(compilePattern("*-*-*-*-*-*-*-*-prod").test("-".repeat(100_000))).toBe(false);
});
