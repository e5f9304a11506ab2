/** The verdict as a table: one fact each, the rule that it sets off, and what takes it away again. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Facts, type Question, RULES } from "./facts.ts";
import { judge } from "./judge.ts";
import type { EnvironmentPolicy } from "./policy.ts";
import { covers, EVERYTHING, type Scope, sayScope } from "./scope.ts";

const NOW = "2026-11-20T12:00:00.000Z";
const EARLIER = "2026-11-20T11:00:00.000Z";
const LATER = "2026-11-20T13:00:00.000Z";
const question: Question = {
  service: "shop",
  team: "payments",
  environment: "prod-eu",
  tier: "production",
  version: "v2",
  commitSha: null,
  commits: 3,
  lines: null,
  holder: "job-1",
  holderId: null,
};
const nothing: Facts = {
  nowMs: Date.parse(NOW),
  timeZone: "UTC",
  andons: [],
  freezes: [],
  overrides: [],
  lock: null,
  incidents: [],
  redChecks: [],
  passedIn: [],
  approvals: [],
  requesters: ["asker"],
  policy: null,
  unreadable: [],
  contending: [],
  counted: null,
  lines: null,
  batchOverrides: [],
};
const policy = (over: Partial<EnvironmentPolicy>): EnvironmentPolicy => ({
  name: "prod-eu",
  tier: "production",
  after: [],
  approvals: null,
  freezes: [],
  maxCommits: null,
  maxLines: null,
  ...over,
});
const scope = (over: Partial<Scope>): Scope => ({ ...EVERYTHING, ...over });
const pull = (over: Partial<Scope>) => ({
  id: "a1",
  scope: scope(over),
  reason: "wrong prices",
  at: EARLIER,
  by: "kim",
});
const large = (over: object) => ({
  ...{ ...pull({ service: "shop" }), until: LATER, version: null, commitSha: null },
  ...over,
});
const freeze = (over: Partial<Scope>, from = EARLIER, to: string | null = LATER) => ({
  ...pull(over),
  from,
  to,
});
const voice = (person: string, over: Partial<Facts["approvals"][number]> = {}) => ({
  person,
  at: EARLIER,
  expiresAt: null,
  roles: [],
  ...over,
});
const two = policy({ approvals: { count: 2, roles: [], expiresAfterMs: 3_600_001 } });
const role = policy({ approvals: { count: 1, roles: ["approver"], expiresAfterMs: null } });
const weekend = {
  reason: "weekend",
  timeZone: "UTC",
  from: null,
  to: null,
  recurs: { every: "week" as const, from: "fri 10:00", to: "mon 08:00" },
};
const held = { holder: "job-2", by: "token:ci", reason: "release", at: EARLIER, until: LATER };
const passing = policy({ after: ["staging"] });

describe("one fact, one rule", () => {
  const cases: ReadonlyArray<
    readonly [name: string, facts: Partial<Facts>, rules: string[], asked?: Partial<Question>]
  > = [
    ["nothing known", {}, []],
    ["the cord for everything", { andons: [pull({})] }, ["andon"]],
    ["the cord for the service", { andons: [pull({ service: "Shop" })] }, ["andon"]],
    ["the cord for the team", { andons: [pull({ team: "payments" })] }, ["andon"]],
    ["the cord for the tier", { andons: [pull({ tier: "production" })] }, ["andon"]],
    ["the cord for another environment", { andons: [pull({ environment: "prod-us" })] }, []],
    [
      "the cord for another team's service there",
      { andons: [pull({ team: "search", environment: "prod-eu" })] },
      [],
    ],
    ["a freeze", { freezes: [freeze({ environment: "PROD-EU" })] }, ["freeze"]],
    ["a freeze that is over", { freezes: [freeze({}, EARLIER, NOW)] }, []],
    ["a freeze to come", { freezes: [freeze({}, LATER, null)] }, []],
    ["a freeze without an end", { freezes: [freeze({}, EARLIER, null)] }, ["freeze"]],
    ["a freeze of the project", { policy: policy({ freezes: [weekend] }) }, ["freeze"]],
    [
      "a freeze that was overridden",
      {
        freezes: [freeze({})],
        policy: policy({ freezes: [weekend] }),
        overrides: [{ ...pull({ service: "shop" }), until: LATER }],
      },
      [],
    ],
    [
      "an override that is over",
      { freezes: [freeze({})], overrides: [{ ...pull({}), until: NOW }] },
      ["freeze"],
    ],
    [
      "an override does not release the cord",
      { andons: [pull({})], overrides: [{ ...pull({}), until: LATER }] },
      ["andon"],
    ],
    ["a lock of somebody else", { lock: held }, ["lock"]],
    ["a lock of one's own", { lock: { ...held, holder: "job-1" } }, []],
    [
      "a lock of another one of that name",
      { lock: { ...held, holder: "job-1" } },
      ["lock"],
      { holderId: "token:other" },
    ],
    ["a project that cannot be read", { unreadable: ["web"] }, ["project"]],
    ["a project", { contending: ["web"] }, []],
    ["two projects of one service", { contending: ["web", "shop"] }, ["project"]],
    [
      "an open incident",
      { incidents: [{ name: "down", at: EARLIER, url: null, ownId: null }] },
      ["incident"],
    ],
    ["a red check", { redChecks: [{ name: "smoke", at: EARLIER, url: null }] }, ["check"]],
    ["not passed below", { policy: passing }, ["promotion"]],
    ["passed below", { policy: passing, passedIn: ["Staging"] }, []],
    ["no version named where it must have passed", { policy: passing }, ["promotion"], { version: null }],
    ["no approval", { policy: two }, ["approval"]],
    ["one of two", { policy: two, approvals: [voice("a")] }, ["approval"]],
    ["twice the same", { policy: two, approvals: [voice("a"), voice("a")] }, ["approval"]],
    ["two", { policy: two, approvals: [voice("a"), voice("b")] }, []],
    ["one is the requester's own", { policy: two, approvals: [voice("a"), voice("asker")] }, ["approval"]],
    ["one ran out", { policy: two, approvals: [voice("a"), voice("b", { expiresAt: NOW })] }, ["approval"]],
    [
      "one is too old for the project",
      { policy: two, approvals: [voice("a"), voice("b", { at: "2026-11-20T10:59:00Z" })] },
      ["approval"],
    ],
    ["a role that is asked for", { policy: role, approvals: [voice("a", { roles: ["approver"] })] }, []],
    ["another role", { policy: role, approvals: [voice("a", { roles: ["viewer"] })] }, ["approval"]],
    ["too many commits", { policy: policy({ maxCommits: 2 }) }, ["batch"]],
    [
      "more commits than may be are known of",
      { policy: policy({ maxCommits: 2 }), counted: { atLeast: 3, exact: false } },
      ["batch"],
      { commits: null },
    ],
    [
      "commits that somebody counted count before those that the log knows",
      { policy: policy({ maxCommits: 2 }), counted: { atLeast: 3, exact: false } },
      [],
      { commits: 2 },
    ],
    ["too many lines", { policy: policy({ maxLines: 100 }), lines: 101 }, ["batch"]],
    ["lines that somebody counted", { policy: policy({ maxLines: 100 }), lines: 101 }, [], { lines: 100 }],
    ["too much of both", { policy: policy({ maxCommits: 2, maxLines: 9 }), lines: 10 }, ["batch", "batch"]],
    ["somebody let it be as large", { policy: policy({ maxCommits: 2 }), batchOverrides: [large({})] }, []],
    [
      "another version may be",
      { policy: policy({ maxCommits: 2 }), batchOverrides: [large({ version: "v1" })] },
      ["batch"],
    ],
    [
      "this version may be",
      { policy: policy({ maxCommits: 2 }), batchOverrides: [large({ version: "v2" })] },
      [],
    ],
    [
      "it might have been",
      { policy: policy({ maxCommits: 2 }), batchOverrides: [large({ until: EARLIER })] },
      ["batch"],
    ],
    ["as many commits as may be", { policy: policy({ maxCommits: 3 }) }, []],
  ];
  for (const [name, facts, rules, asked = {}] of cases)
    test(name, () => {
      const verdict = judge({ ...question, ...asked }, { ...nothing, ...facts });
      expect(verdict.reasons.map(({ rule }) => rule)).toEqual(rules);
      expect(verdict.allowed).toBe(rules.length === 0);
    });

  test("the table knows every rule", () => {
    expect(new Set(cases.flatMap(([, , rules]) => rules))).toEqual(new Set(RULES));
  });
});

test("all that stands in the way is told at once, with who, when and why", () => {
  const { reasons } = judge(question, { ...nothing, andons: [pull({})], lock: held, policy: two });
  expect(reasons.map(({ rule }) => rule)).toEqual(["andon", "lock", "approval"]);
  expect(reasons[0]).toMatchObject({ since: EARLIER, by: "kim" });
  expect(reasons[0]?.message).toContain("wrong prices");
  for (const { hint } of reasons) expect(hint).not.toBe("");
});

test("what is larger than it may be is told with who let it pass; lines that nobody counted are said", () => {
  const facts = { ...nothing, policy: policy({ maxCommits: 2 }), batchOverrides: [large({})] };
  expect(judge(question, facts).overridden).toMatchObject([
    {
      by: "kim",
      until: LATER,
      message: expect.stringMatching(/^3 commits at once .* takes\. Overridden by kim until/),
    },
  ]);
  const lines = judge(question, { ...nothing, policy: policy({ maxLines: 9 }) });
  expect(lines).toMatchObject({
    allowed: true,
    unknown: [{ message: expect.stringContaining("say --lines N") }],
  });
});

test("commits that nobody counted do not stand against it, but it is said", () => {
  const verdict = judge({ ...question, commits: null }, { ...nothing, policy: policy({ maxCommits: 2 }) });
  expect(verdict).toMatchObject({ allowed: true, unknown: [{ rule: "batch" }] });
});

test("commits that the log cannot count to the end are not judged; none at all are", () => {
  const asked = { ...question, commits: null };
  const facts = { ...nothing, policy: policy({ maxCommits: 2 }) };
  const some = judge(asked, { ...facts, counted: { atLeast: 1, exact: false } });
  expect(some).toMatchObject({ allowed: true, unknown: [{ rule: "batch" }] });
  expect(some.unknown[0]?.message).toContain("knows of 1");
  expect(judge(asked, { ...facts, counted: { atLeast: 0, exact: true } }).unknown).toEqual([]);
});

test("a freeze that is overridden is told, with who did so and until when", () => {
  const overrides = [{ ...pull({ service: "shop" }), by: "lee", reason: "security", until: LATER }];
  const verdict = judge(question, { ...nothing, freezes: [freeze({})], overrides });
  expect(verdict).toMatchObject({ allowed: true, overridden: [{ by: "lee", until: LATER }] });
  expect(verdict.overridden[0]?.message).toBe(
    "everything is frozen by kim until 13:00 UTC (in 1 h): wrong prices. Overridden by lee until 13:00 UTC (in 1 h): security",
  );
  expect(judge(question, { ...nothing, overrides }).overridden).toEqual([]);
});

test("a command that is told can be typed as it stands", () => {
  const { reasons } = judge({ ...question, service: "Shop Web" }, { ...nothing, lock: held });
  expect(reasons[0]?.hint).toContain("vice lock 'Shop Web' prod-eu --steal");
});

test("a narrower scope never covers more", () => {
  const name = fc.constantFrom(null, "a", "b");
  const place = fc.record({
    service: name,
    team: name,
    environment: name,
    tier: fc.constantFrom(null, "production" as const, "staging" as const),
  });
  fc.assert(
    fc.property(place, place, fc.constantFrom("service", "team", "environment", "tier"), (wide, at, key) => {
      const wider = { ...wide, [key]: null };
      if (covers(wide, at)) expect(covers(wider, at)).toBe(true);
      expect(covers(EVERYTHING, at)).toBe(true);
    }),
  );
});

test("scopes in words", () => {
  expect(
    [
      {},
      { team: "payments" },
      { service: "shop", environment: "prod-eu" },
      { tier: "production" as const },
    ].map((each) => sayScope(scope(each))),
  ).toEqual(["everything", "team payments", "shop in prod-eu", "all production"]);
});
