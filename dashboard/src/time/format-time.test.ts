/** Tests times in words; ages and durations are tested in src/kit. */
import { expect, test } from "vitest";
import { formatAbsolute } from "./format-time.ts";

test("what is no time is shown as it is", () => {
  expect(formatAbsolute("soon")).toBe("soon");
});

test("the absolute time is in the wanted zone", () => {
  expect(formatAbsolute("2026-11-20T23:30:00.000Z", "Asia/Tokyo")).toContain("21");
});
