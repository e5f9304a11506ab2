/** Tests the small pure parts of the activity page. */
import { expect, test } from "vitest";
import { changedFacts } from "./changed-facts.ts";
import { prettyBody } from "./pretty-body.ts";
import { safeUrl } from "./safe-url.ts";

test("an address from a payload becomes a link only with http or https", () => {
  expect(safeUrl("https://ci.example.com/1")).toBe("https://ci.example.com/1");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "//x", "not an address", null]) {
    expect(safeUrl(bad)).toBeNull();
  }
});

test("a correction sends only what changed", () => {
  const before = { service: "shop", environment: "prod", version: "", commitSha: "", status: "failed" };
  expect(changedFacts(before, { ...before, version: " v2 ", environment: "" })).toEqual({ version: "v2" });
  expect(changedFacts(before, before)).toEqual({});
});

test("a body is indented when it is JSON and left alone when not", () => {
  expect(prettyBody('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyBody("<x>")).toBe("<x>");
  expect(prettyBody("x".repeat(200_010))).toContain("10 more characters");
});
