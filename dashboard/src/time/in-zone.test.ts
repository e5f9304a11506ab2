/** The clock of another place, over midnight and over a change of clocks. */
import { expect, test } from "vitest";
import { dayIn, minuteIn } from "./in-zone.ts";

test.each([
  ["2026-11-20T23:30:00.000Z", "Europe/Berlin", "2026-11-21 00:30"],
  ["2026-07-01T12:05:09.000Z", "Europe/Berlin", "2026-07-01 14:05"],
  ["2026-11-20T03:30:00.000Z", "America/New_York", "2026-11-19 22:30"],
  ["2026-11-20T03:30:00.000Z", "UTC", "2026-11-20 03:30"],
])("%s in %s is %s", (iso, zone, said) => {
  expect(minuteIn(iso, zone)).toBe(said);
  expect(dayIn(iso, zone)).toBe(said.slice(0, 10));
});
