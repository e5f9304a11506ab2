/** Tests which places a rule is about, what it says there, and when. */
import { expect, test } from "vitest";
import type { Freeze, Lock, Override, ProjectWindow, Pulled, Scope } from "../api/rule-types.ts";
import { holdsAt, NOTHING_STANDS, type Standing } from "./holds.ts";
import { covers, sayScope } from "./scope.ts";

const ANY: Scope = { service: null, team: null, environment: null, tier: null };
const PLACE: Scope = { service: "shop", team: "payments", environment: "prod-eu", tier: "production" };
const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const SAID = { id: "1", scope: ANY, reason: "why", at: "2026-11-20T09:00:00.000Z", by: null, byName: null };

test.each<[Partial<Scope>, Partial<Scope>, boolean, string]>([
  [{}, {}, true, "everything"],
  [{ service: "Shop " }, {}, true, "Shop "],
  [{ service: "api" }, {}, false, "api"],
  [{ team: "PAYMENTS" }, {}, true, "team PAYMENTS"],
  [{ team: "payments" }, { team: null }, false, "team payments"],
  [{ environment: "prod-eu", service: "shop" }, {}, true, "shop in prod-eu"],
  [{ environment: "prod-us", service: "shop" }, {}, false, "shop in prod-us"],
  [{ tier: "production" }, {}, true, "all production"],
  [{ tier: "production" }, { tier: null }, false, "all production"],
  [{ tier: "staging", team: "payments" }, {}, false, "team payments in all staging"],
  [
    { service: "shop", team: "payments", environment: "prod-eu", tier: "production" },
    {},
    true,
    "shop of team payments in prod-eu, all production",
  ],
])("%j covers a place with %j: %s, said %s", (scope, place, is, words) => {
  expect(covers({ ...ANY, ...scope }, { ...PLACE, ...place })).toBe(is);
  expect(sayScope({ ...ANY, ...scope })).toBe(words);
});

const drifted = {
  service: "shop",
  environment: "prod-eu",
  since: SAID.at,
  observed: "1.4.1",
  message: "gitlab says 1.4.2",
};

const pulled = (scope: Partial<Scope>): Pulled => ({
  ...SAID,
  scope: { ...ANY, ...scope },
  byWhat: "person",
});
const freeze = (from: string, to: string | null): Freeze => ({ ...SAID, from, to });
const override = (scope: Partial<Scope>, until: string): Override => ({
  ...SAID,
  scope: { ...ANY, ...scope },
  until,
});
const window = (change: Partial<ProjectWindow>): ProjectWindow => ({
  ...{ project: "web", services: ["api", "Shop"], environment: "PROD-eu", reason: "night" },
  ...{ when: "every day 22:00 to 06:00", timeZone: "UTC", holds: true, until: null, ...change },
});
const lock = (change: Partial<Lock>): Lock => ({
  ...{ id: "1", service: "shop", environment: "prod-eu", target: null, holder: "ci", reason: "why" },
  ...{ at: SAID.at, until: null, fencingToken: 1, ...change },
});

test.each<[string, Partial<Standing>, string[]]>([
  ["nothing", {}, []],
  ["a cord", { andons: [pulled({ service: "shop" })] }, ["stopped: why"]],
  ["a cord elsewhere", { andons: [pulled({ service: "api" })] }, []],
  ["a freeze", { freezes: [freeze("2026-11-20T10:00:00.000Z", null)] }, ["frozen: why"]],
  ["a freeze to come", { freezes: [freeze("2026-11-20T10:00:01.000Z", null)] }, []],
  ["a freeze that is over", { freezes: [freeze(SAID.at, "2026-11-20T10:00:00.000Z")] }, []],
  [
    "a freeze that was overridden here",
    {
      freezes: [freeze(SAID.at, null)],
      overrides: [override({ service: "shop" }, "2026-11-20T10:00:01.000Z")],
    },
    [],
  ],
  [
    "one that was overridden elsewhere, and for a time that is over",
    {
      freezes: [freeze(SAID.at, null)],
      overrides: [
        override({ service: "api" }, "2026-11-21T10:00:00.000Z"),
        override({}, "2026-11-20T10:00:00.000Z"),
      ],
    },
    ["frozen: why"],
  ],
  ["a window of its project", { windows: [window({})] }, ["frozen by web: night"]],
  ["a window that does not hold now", { windows: [window({ holds: false })] }, []],
  [
    "a window that ended since it was asked for",
    { windows: [window({ until: "2026-11-20T10:00:00.000Z" })] },
    [],
  ],
  [
    "a window of another service or environment",
    { windows: [window({ services: ["api"] }), window({ environment: "qa" })] },
    [],
  ],
  [
    "a window that was overridden",
    { windows: [window({})], overrides: [override({ service: "shop" }, "2026-11-20T10:00:01.000Z")] },
    [],
  ],
  ["a lock", { locks: [lock({ environment: "Prod-EU" })] }, ["locked by ci: why"]],
  ["a lock of one target", { locks: [lock({ target: "web-1" })] }, ["locked by ci: why"]],
  ["a lock elsewhere", { locks: [lock({ environment: "prod-us" })] }, []],
  ["a lease that ran out", { locks: [lock({ until: "2026-11-20T10:00:00.000Z" })] }, []],
  [
    "all of them",
    { locks: [lock({})], freezes: [freeze(SAID.at, null)], andons: [pulled({})] },
    ["stopped: why", "frozen: why", "locked by ci: why"],
  ],
])("%s", (_name, standing, texts) => {
  expect(holdsAt(PLACE, { ...NOTHING_STANDS, ...standing }, NOW).map(({ text }) => text)).toEqual(texts);
});

test("a place where something else answers is marked, others are not", () => {
  const standing: Standing = { ...NOTHING_STANDS, drifts: [drifted] };
  expect(holdsAt(PLACE, standing, NOW)).toEqual([{ word: "drifted", text: "drifted: gitlab says 1.4.2" }]);
  expect(holdsAt({ ...PLACE, environment: "dev" }, standing, NOW)).toEqual([]);
});
