// The fast way to write a moment writes what `Date` writes.
import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { isoOf } from "./iso.ts";

test("the same text as Date, for any moment", () => {
  const any = integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 });
  assert(
    property(any, (ms) => {
      expect(isoOf(ms)).toBe(new Date(ms).toISOString());
    }),
  );
  for (const ms of [0, -1, 86_399_999, 86_400_000]) expect(isoOf(ms)).toBe(new Date(ms).toISOString());
});
