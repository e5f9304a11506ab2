/** Tests how moments are said in words, at a fixed now: Friday, 20 November 2026, 15:00 UTC. */
import { expect, test } from "vitest";
import { parseMoment, readMoment, readPast } from "./moment.ts";

const NOW = Date.parse("2026-11-20T15:00:00Z");
const at = (text: string, timeZone = "UTC"): string | null => {
  const ms = parseMoment(text, NOW, { timeZone });
  return ms === null ? null : new Date(ms).toISOString().replace(/:00\.000Z$/, "Z");
};

test.each([
  ["2026-11-01", "2026-11-01T00:00Z"],
  ["2026-11-01T10:30+02:00", "2026-11-01T08:30Z"],
  ["now", "2026-11-20T15:00Z"],
  ["90d", "2026-08-22T15:00Z"],
  ["2 weeks ago", "2026-11-06T15:00Z"],
  ["2 Weeks", "2026-11-06T15:00Z"],
  ["2weeks ago", "2026-11-06T15:00Z"],
  ["@{2.weeks.ago}", "2026-11-06T15:00Z"],
  ["2.weeks.ago", "2026-11-06T15:00Z"],
  ["@{yesterday}", "2026-11-19T00:00Z"],
  ["a week ago", "2026-11-13T15:00Z"],
  ["last week", "2026-11-13T15:00Z"],
  ["an hour ago", "2026-11-20T14:00Z"],
  ["1.5 hours ago", "2026-11-20T13:30Z"],
  ["3 days ago", "2026-11-17T15:00Z"],
  ["9 months ago", "2026-02-20T15:00Z"],
  ["1 quarter ago", "2026-08-20T15:00Z"],
  ["last year", "2025-11-20T15:00Z"],
  ["in 2 hours", "2026-11-20T17:00Z"],
  ["today", "2026-11-20T00:00Z"],
  ["yesterday", "2026-11-19T00:00Z"],
  ["yesterday at 14:30", "2026-11-19T14:30Z"],
  ["noon yesterday", "2026-11-19T12:00Z"],
  ["tomorrow", "2026-11-21T00:00Z"],
  ["monday", "2026-11-16T00:00Z"],
  ["Mon 9:05", "2026-11-16T09:05Z"],
  ["friday", "2026-11-20T00:00Z"],
  ["last friday", "2026-11-13T00:00Z"],
  ["sat", "2026-11-14T00:00Z"],
  ["next monday", "2026-11-23T00:00Z"],
  ["14:32", "2026-11-20T14:32Z"],
  ["16:32", "2026-11-19T16:32Z"],
])("%s", (text, iso) => {
  expect(at(text)).toBe(iso);
});

test.each([
  "",
  "soon",
  "2 fortnights ago",
  "ago",
  "mo 3",
  "25:00",
  "m",
  "last",
  "yesterday monday",
  "14:00 15:00",
  "900 years ago",
])("%s is no moment", (text) => {
  expect(at(text)).toBeNull();
  expect(() => readMoment(text, NOW)).toThrow("is no moment");
});

test("days and clock times are those of the place, over a change of the clocks too", () => {
  expect(at("14:32", "Europe/Zurich")).toBe("2026-11-20T13:32Z");
  expect(at("yesterday", "America/New_York")).toBe("2026-11-19T05:00Z");
  const summer = Date.parse("2026-10-26T12:00:00Z");
  const saturday = parseMoment("sat", summer, { timeZone: "Europe/Zurich" }) ?? 0;
  expect(new Date(saturday).toISOString()).toBe("2026-10-23T22:00:00.000Z");
});

test("toward the future, spans and weekdays lie ahead", () => {
  const ahead = (text: string) => parseMoment(text, NOW, { timeZone: "UTC", toward: "future" });
  expect(ahead("4h")).toBe(NOW + 4 * 3_600_000);
  expect(ahead("monday")).toBe(Date.parse("2026-11-23T00:00:00Z"));
  expect(ahead("friday")).toBe(Date.parse("2026-11-27T00:00:00Z"));
  expect(ahead("16:00")).toBe(Date.parse("2026-11-20T16:00:00Z"));
  expect(ahead("9:00")).toBe(Date.parse("2026-11-21T09:00:00Z"));
  expect(ahead("2 hours ago")).toBe(NOW - 2 * 3_600_000);
});

test("a month before the 31st of March is the end of February", () => {
  const end = Date.parse("2026-03-31T10:00:00Z");
  expect(new Date(parseMoment("a month ago", end) ?? 0).toISOString()).toBe("2026-02-28T10:00:00.000Z");
});

test("what lies ahead is refused where something that was is asked for, and what is too far away says so", () => {
  expect(() => readPast("tomorrow", NOW)).toThrow('"tomorrow" lies ahead: what will be is not known.');
  expect(readPast("now", NOW)).toBe(NOW);
  expect(readPast("2026-11-20T15:00:30Z", NOW)).toBe(NOW + 30_000);
  expect(() => readMoment("500y", NOW)).toThrow("between the years 2000 and 2200");
  expect(() => readMoment("soonish", NOW)).toThrow('"soonish" is no moment.');
});
