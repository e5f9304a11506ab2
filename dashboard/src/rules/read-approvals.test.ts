/** Tests who asked, whose approval counts, and how people are called. */
import { expect, test } from "vitest";
import type { Approval, Asked } from "../api/rule-types.ts";
import { readAsked, saySubject } from "./read-approvals.ts";
import { sayActor } from "./say-actor.ts";

const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const asked = (by: string, version: string | null): Asked => ({
  ...{
    service: "shop",
    environment: "prod-eu",
    version,
    by,
    byName: by,
    at: "2026-11-20T09:00:00.000Z",
    reason: null,
  },
});
const agreed = (by: string, version: string | null, expiresAt: string | null = null): Approval => ({
  ...{ id: by, service: "Shop", environment: "prod-eu", version, by, byName: by, expiresAt, note: null },
  at: "2026-11-20T09:30:00.000Z",
});

test.each<[string, Approval[], string[]]>([
  ["of another person", [agreed("lee", "v2")], ["lee"]],
  ["of the one who asked", [agreed("kim", "v2")], []],
  ["of another version", [agreed("lee", "v1")], []],
  ["of whatever comes", [agreed("lee", null)], ["lee"]],
  ["that is over", [agreed("lee", "v2", "2026-11-20T10:00:00.000Z")], []],
])("an approval %s", (_name, items, by) => {
  const [row] = readAsked({ items, asked: [asked("kim", "v2")] }, NOW);
  expect(row?.agreed.map((each) => each.by)).toEqual(by);
});

test("nobody who asked can agree, also who named no version; what several asked for is one row", () => {
  const all = [asked("kim", "v2"), asked("max", "v1"), asked("lee", null), asked("sam", "v2")];
  const items = ["kim", "lee", "sam", "max"].map((by) => agreed(by, "v2"));
  const rows = readAsked({ items, asked: all }, NOW);
  expect(rows.map(({ by, requesters, agreed }) => [by, requesters, agreed.map((each) => each.by)])).toEqual([
    ["sam", ["kim", "lee", "sam"], ["max"]],
    ["lee", ["kim", "max", "lee", "sam"], []],
    ["max", ["max", "lee"], []],
  ]);
});

test("what is asked for, in words", () => {
  expect(saySubject(asked("kim", "v2"))).toBe("shop v2 to prod-eu");
  expect(saySubject(asked("kim", null))).toBe("the next version of shop to prod-eu");
});

const REVOKED = "token:0193aaaa-0000-7000-8000-0123456789ab";
test.each([
  [null, null, "somebody"],
  ["oidc:me", "oidc:me", "you"],
  ["local", "local", "somebody at the server"],
  ["oidc:kim@example.com", "oidc:kim@example.com", "kim@example.com"],
  ["token:t1", "CI of team shop", "CI of team shop"],
  [REVOKED, REVOKED, "token …89ab"],
  ["kim", "kim", "kim"],
])("%s with the name %s is called %s", (by, byName, name) => {
  expect(sayActor({ by, byName }, "oidc:me")).toBe(name);
});
