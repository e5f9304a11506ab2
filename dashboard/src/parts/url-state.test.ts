/** Tests state in the address, and the words made from rules and lists. */
import { expect, test } from "vitest";
import { namesIn } from "../names/names-in.ts";
import { sayParts } from "../names/say-rule.ts";
import { searchTarget } from "../shell/search-target.ts";
import { fromLocalInput, readFilters, toLocalInput } from "../timeline/filters.ts";
import { listOf, mergeParams, toggleIn } from "./url-state.ts";

test("empty values leave the address, others stay", () => {
  const next = mergeParams(new URLSearchParams("q=a&team=b"), { q: "", tier: "staging" });
  expect(next.toString()).toBe("team=b&tier=staging");
});

test("a list in one parameter", () => {
  expect(listOf("")).toEqual([]);
  expect(toggleIn("a,b", "b")).toBe("a");
  expect(toggleIn("", "a")).toBe("a");
});

test("filters are the known keys that are set", () => {
  const url = {
    get: (key: string) => (key === "service" || key === "pin" ? "shop" : ""),
    set: () => undefined,
  };
  expect(readFilters(url)).toEqual({ service: "shop" });
});

test("a local time goes to the address in UTC and back", () => {
  const iso = fromLocalInput("2026-11-20T10:15");
  expect(iso).toMatch(/Z$/);
  expect(toLocalInput(iso)).toBe("2026-11-20T10:15");
  expect(fromLocalInput("x")).toBe("");
  expect(toLocalInput("")).toBe("");
});

test("an id is opened, other text is searched for", () => {
  expect(searchTarget("01930000-0000-8000-8000-000000000001")).toBe(
    "/activities/01930000-0000-8000-8000-000000000001",
  );
  expect(searchTarget("a b")).toBe("/?q=a%20b");
});

test("rules and lists in words", () => {
  expect(sayParts({ service: "group/app", source: null, tags: { a: "b" } })).toBe(
    'service group/app, tags {"a":"b"}',
  );
  expect(sayParts({})).toBe("anything");
  expect(namesIn(" a, ,b ")).toEqual(["a", "b"]);
});
