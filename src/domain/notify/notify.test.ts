// The words of notices, whom they concern, when they are tried again, and what is wrong with `notify` in vice.yaml.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Activity } from "../activity.ts";
import { EVERYTHING } from "../rules/scope.ts";
import { GIVE_UP_MS, nextTry } from "./next-try.ts";
import { concerns, isWanted, oneLine, someLines } from "./notice.ts";
import { noticeProblems } from "./notice-problems.ts";
import { sayAsked, sayDeployment, sayFrozen, sayGate, sayPulled, sayReleased, word } from "./say-notice.ts";

const deployment = (over: Partial<Activity>): Activity =>
  ({
    ...{ kind: "deployment", deploymentKind: "deploy", service: "shop", version: "v1.4.2", status: "failed" },
    ...{
      environment: "prod-eu",
      tier: "production",
      team: null,
      repository: null,
      commitSha: null,
      error: null,
    },
    ...{ durationMs: 90_000, source: "gitlab", actor: { name: "Sidney Jones", login: "sidney" } },
    ...over,
  }) as Activity;

describe("says", () => {
  test.each<[Partial<Activity>, string | null]>([
    [{}, "shop v1.4.2 failed in prod-eu after 1 min 30 s (Sidney Jones, gitlab)"],
    [
      { error: "tests are red\nsee the log", actor: null, durationMs: null },
      "shop v1.4.2 failed in prod-eu (gitlab): tests are red see the log",
    ],
    [{ status: "succeeded" }, "shop v1.4.2 is deployed in prod-eu after 1 min 30 s (Sidney Jones, gitlab)"],
    [
      { status: "succeeded", deploymentKind: "rollback", version: "v1.4.1" },
      "shop was rolled back to v1.4.1 in prod-eu (Sidney Jones, gitlab)",
    ],
    [
      {
        version: null,
        commitSha: "279484c09fbe69ededfced8c1bb6e6d24616b468",
        durationMs: 600_000,
        actor: null,
      },
      "shop 279484c0 failed in prod-eu after 10 min (gitlab)",
    ],
    [
      { source: "vice", tags: { outcome: "rolled-back" }, error: "health: no answer", actor: null },
      "shop v1.4.2 failed in prod-eu after 1 min 30 s (vice): health: no answer. What ran before was put back",
    ],
    [
      { source: "vice", tags: { outcome: "rollback-failed" }, actor: null },
      "shop v1.4.2 failed in prod-eu after 1 min 30 s (vice). It could not be rolled back",
    ],
    [{ source: "vice", status: "canceled", tags: { outcome: "refused" } }, null],
    [{ status: "running" }, null],
    [{ status: "canceled" }, null],
    [{ status: "succeeded", deploymentKind: "config" }, null],
  ])("%j", (over, text) => {
    expect(sayDeployment(deployment(over))?.text ?? null).toBe(text);
  });

  test("what stands in the way, with what to type next", () => {
    const scope = { ...EVERYTHING, service: "shop", environment: "prod-eu" };
    expect(sayPulled({ andonId: "0193", scope, reason: "wrong prices.", by: "person" }, "sidney").text).toBe(
      'The line is stopped for shop in prod-eu by sidney: wrong prices. When it is mended: vice andon release 0193 --reason "..."',
    );
    expect(sayReleased({ andonId: "0193", reason: "right again" }, scope, "kim").text).toBe(
      "The line goes on for shop in prod-eu, says kim: right again",
    );
    const asked = { service: "web shop", environment: "prod-eu", version: "v2", reason: "the new checkout" };
    expect(sayAsked(asked, "robin").text).toBe(
      "robin asks to deploy web shop v2 to prod-eu: the new checkout. To agree: vice approve 'web shop' prod-eu --version v2",
    );
    expect(sayGate({ id: "0193", name: "web-shop" }, "look at it", "is it good?").text).toBe(
      "web-shop waits for somebody to agree to look at it: is it good? To agree: vice auto approve 0193 'look at it'",
    );
    const [from, to] = ["2026-12-20T16:00:00.000Z", "2027-01-02T08:00:00.000Z"];
    const frozen = {
      freezeId: "1",
      scope: { ...EVERYTHING, tier: "production" as const },
      reason: "year end",
    };
    expect(sayFrozen({ ...frozen, from, to }, "robin").text).toBe(
      "Frozen by robin: all production from 2026-12-20 16:00 UTC to 2027-01-02 08:00 UTC: year end",
    );
  });

  test("one line, whatever came from outside", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const line = oneLine(text);
        expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(line.length).toBeLessThanOrEqual(300);
        expect(someLines(text).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  test("a command that a shell takes as it is meant", () => {
    expect(word("shop")).toBe("shop");
    expect(word("it's; rm -rf")).toBe("'it'\\''s; rm -rf'");
  });
});

describe("whom it concerns", () => {
  const place = {
    service: "shop",
    team: null,
    environment: "prod-eu",
    tier: "production",
    reach: "one",
  } as const;
  const rule = { ...EVERYTHING, tier: "production", reach: "all" } as const;

  test.each([
    [{}, place, true],
    [{ service: "sh*", environment: "prod-*" }, place, true],
    [{ service: "search" }, place, false],
    [{ team: "payments" }, place, false],
    [{ team: "payments" }, rule, true],
    [{ tier: "staging" }, rule, false],
  ])("%j", (only, where, expected) => {
    expect(concerns(only, where)).toBe(expected);
  });

  test("a rollback is a success too, and a message is heard by nobody who was not named", () => {
    expect(isWanted(["succeeded"], { kind: "rolled-back", also: "succeeded" })).toBe(true);
    expect(isWanted(["rolled-back"], { kind: "succeeded" })).toBe(false);
    expect(isWanted(["failed", "succeeded"], { kind: "message" })).toBe(false);
  });
});

describe("is tried again", () => {
  test("later each time, never before it was asked to, and not for longer than a day", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 2 * GIVE_UP_MS }),
        fc.option(fc.integer({ min: 1, max: 3_600_000 })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, ageMs, afterMs, chance) => {
          const due = nextTry({ attempts, sinceMs: 0 }, { retry: true, afterMs }, ageMs, chance);
          if (ageMs >= GIVE_UP_MS) expect(due).toBeNull();
          else {
            expect(due).toBeGreaterThan(ageMs);
            expect(due).toBeLessThanOrEqual(GIVE_UP_MS);
            if ((due ?? 0) < GIVE_UP_MS) expect((due ?? 0) - ageMs).toBeGreaterThanOrEqual(afterMs ?? 2500);
          }
        },
      ),
    );
  });

  test("not when it would be refused again", () => {
    expect(nextTry({ attempts: 1, sinceMs: 0 }, { retry: false, afterMs: null }, 0, 0)).toBeNull();
  });
});

test.each([
  [
    [
      { to: "releases", on: ["failed", "rolled-back"] },
      { to: ["a", "b"], "x-note": 1 },
    ],
    [],
  ],
  [undefined, []],
  [[{ on: ["failed"] }], ["0 to is missing; expected the name of a channel"]],
  [[{ to: "a", on: ["faild"] }], [expect.stringContaining('0.on.0 "faild" is none of failed')]],
  [[{ to: "a", om: [] }], ['0.om unknown key "om"']],
  [{ to: 5 }, ["to expected the name of a channel, or a list of them"]],
  [["#releases"], [expect.stringContaining("0 expected keys with values")]],
])("notify: %j", (notify, problems) => {
  expect(noticeProblems(notify).map(({ path, problem }) => `${path.join(".")} ${problem}`.trim())).toEqual(
    problems,
  );
});
