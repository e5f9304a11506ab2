/** Windows in local time: weekly, yearly, daily, around their ends, and over the change of the clocks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FreezeWindow, frozenUntil, isFrozen } from "./freeze.ts";

const window = (recurs: FreezeWindow["recurs"], timeZone = "Europe/Berlin"): FreezeWindow => ({
  reason: "rest",
  timeZone,
  from: null,
  to: null,
  recurs,
});
const weekend = window({ every: "week", from: "fri 16:00", to: "mon 08:00" });
const yearEnd = window({ every: "year", from: "12-20", to: "01-02" });
const night = window({ every: "day", from: "22:00", to: "06:00" });
const lunch = window({ every: "day", from: "12:00", to: "13:00" }, "America/New_York");

// Berlin is UTC+1 in winter and UTC+2 in summer; New York is five hours behind UTC in winter.
test.each([
  [weekend, "2026-11-20T14:59:59Z", false],
  [weekend, "2026-11-20T15:00:00Z", true],
  [weekend, "2026-11-22T12:00:00Z", true],
  [weekend, "2026-11-23T06:59:00Z", true],
  [weekend, "2026-11-23T07:00:00Z", false],
  [weekend, "2026-07-03T13:59:00Z", false],
  [weekend, "2026-07-03T14:00:00Z", true],
  [yearEnd, "2026-12-19T22:59:00Z", false],
  [yearEnd, "2026-12-19T23:00:00Z", true],
  [yearEnd, "2027-01-02T22:59:00Z", true],
  [yearEnd, "2027-01-02T23:00:00Z", false],
  [night, "2026-11-20T20:59:00Z", false],
  [night, "2026-11-20T21:00:00Z", true],
  [night, "2026-11-21T05:00:00Z", false],
  [lunch, "2026-11-20T17:30:00Z", true],
  [lunch, "2026-11-20T12:30:00Z", false],
])("%o at %s: %s", (each, at, frozen) => expect(isFrozen(each, Date.parse(at))).toBe(frozen));

test("moments bound what recurs", () => {
  const bounded = { ...weekend, from: "2026-11-21T00:00:00Z", to: "2026-11-22T00:00:00Z" };
  const at = (iso: string) => isFrozen(bounded, Date.parse(iso));
  expect([at("2026-11-20T23:00:00Z"), at("2026-11-21T12:00:00Z"), at("2026-11-22T00:00:00Z")]).toEqual([
    false,
    true,
    false,
  ]);
});

test("what cannot be read holds", () => {
  expect(isFrozen(window({ every: "week", from: "someday", to: "mon" }), 0)).toBe(true);
});

test("the end of a window is the first quarter of an hour without it", () => {
  const end = frozenUntil(weekend, Date.parse("2026-11-21T10:00:00Z"));
  expect(new Date(end ?? 0).toISOString()).toBe("2026-11-23T07:00:00.000Z");
  expect(frozenUntil({ ...weekend, recurs: null, to: "2026-12-01T00:00:00Z" }, 0)).toBe(
    Date.parse("2026-12-01"),
  );
  expect(frozenUntil({ ...weekend, recurs: null }, 0)).toBeNull();
});

test("where a window is said to end it does not hold", () => {
  const moment = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2027-12-31") });
  fc.assert(
    fc.property(moment, fc.constantFrom(weekend, yearEnd, night, lunch), (ms, each) => {
      if (!isFrozen(each, ms)) return;
      const end = frozenUntil(each, ms);
      expect(end).not.toBeNull();
      expect(end).toBeGreaterThan(ms);
      expect(isFrozen(each, end ?? 0)).toBe(false);
    }),
    { numRuns: 30 },
  );
});
