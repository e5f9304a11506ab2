// What tells the odd ones from the rest stands first, luck does not stand out, and persons are never named.
import { expect, test } from "vitest";
import { type Case, chiSquaredTail, complementaryError, informationGain, rankDifferences } from "./rank.ts";
import { isTelling } from "./telling.ts";

const cases = (
  many: number,
  odd: (at: number) => boolean,
  facts: (at: number) => Record<string, string>,
): Case[] => Array.from({ length: many }, (_, at) => ({ odd: odd(at), facts: Object.entries(facts(at)) }));

test("of 100 traces 20 are slow, all with tool=gcloud: that is the first difference", () => {
  const list = rankDifferences(
    cases(
      100,
      (at) => at < 20,
      (at) => ({
        tool: at < 20 ? "gcloud" : "helm",
        service: ["shop", "mail", "web"][at % 3] ?? "",
        region: at % 2 === 0 ? "eu" : "us",
      }),
    ),
  );
  expect(list[0]).toMatchObject({
    key: "tool",
    value: "gcloud",
    odd: 20,
    rest: 0,
    support: 1,
    lift: 5,
    isClear: true,
  });
  expect(list.filter(({ isClear }) => isClear)).toHaveLength(1);
});

test("what some of the others have too still stands before what is luck", () => {
  const list = rankDifferences(
    cases(
      200,
      (at) => at % 10 === 0,
      (at) => ({ runner: at % 10 === 0 || at % 7 === 0 ? "old" : "new", n: String(at % 4) }),
    ),
  );
  expect(list[0]).toMatchObject({ key: "runner", value: "old", support: 1, isClear: true });
});

test("among many tags without any connection none is clear in 19 of 20 tries", () => {
  let seed = 7;
  const chance = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  let clear = 0;
  for (let run = 0; run < 200; run += 1) {
    const made = cases(
      150,
      () => chance() < 0.2,
      () => Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`t${n}`, chance() < 0.4 ? "a" : "b"])),
    );
    if (rankDifferences(made).some(({ isClear }) => isClear)) clear += 1;
  }
  expect(clear / 200).toBeLessThanOrEqual(0.07);
});

test("what is clear stands first, also before luck with a higher gain", () => {
  // Ten of the odd ones ended with one deployment: many, and no evidence.
  const list = rankDifferences(
    Array.from({ length: 200 }, (_, at): Case => {
      const isOdd = at < 20;
      const facts = [
        ["stage", at < 12 ? "canary" : "all"] as const,
        ["tool", at >= 12 && at < 19 ? "a" : "b"] as const,
      ];
      return { odd: isOdd, facts, ...(at < 12 ? { cluster: 1 } : {}) };
    }),
  );
  expect(list.map(({ value, isClear }) => [value, isClear])).toEqual([
    ["a", true],
    ["canary", false],
  ]);
  expect(list[1]?.gain).toBeGreaterThan(list[0]?.gain ?? 1);
});

test("ids, counts and moments explain nothing; one fact under two names is told once, under the better known", () => {
  const list = rankDifferences(
    cases(
      100,
      (at) => at < 20,
      (at) => ({
        ...{ command: at < 20 ? "make load" : "make", step: at < 20 ? "action/make load" : "action/make" },
        ...{ team: at < 20 ? "search" : "shop", "heroku.buildId": at < 20 ? "b1" : "b2" },
        ...{
          deletions: at < 20 ? "60" : "48",
          weight: String(at < 20 ? 1 : at % 7),
          node: at < 20 ? "20" : "22",
        },
        ...{ review: `2026-11-${at < 20 ? 10 : 11}T10:00:00.000Z`, slug: at < 20 ? "x" : `slug ${at}` },
      }),
    ),
  );
  expect(list).toHaveLength(1);
  expect(list[0]).toMatchObject({ key: "team", value: "search", isClear: true });
  expect(list[0]?.also).toEqual(["step=action/make load", "command=make load", "node=20"]);
});

test("values of which nearly each case has one of its own are left out, seldom ones are not judged by that", () => {
  const facts = (key: string, uses: number, values: number) => ({
    ...{ key, uses, values: Array.from({ length: values }, (_, at) => `v${at}`) },
  });
  expect(isTelling(facts("slug", 30, 25))).toBe(false);
  expect(isTelling(facts("slug", 30, 15))).toBe(true);
  expect(isTelling(facts("slug", 6, 6))).toBe(true);
  for (const key of ["heroku.buildId", "queue_id", "id", "spanUUID"])
    expect(isTelling(facts(key, 4, 2)), key).toBe(false);
  for (const key of ["paid", "grid", "valid"]) expect(isTelling(facts(key, 4, 2)), key).toBe(true);
});

test("without odd ones, or with nothing but odd ones, nothing is different", () => {
  expect(
    rankDifferences(
      cases(
        5,
        () => false,
        () => ({ a: "b" }),
      ),
    ),
  ).toEqual([]);
  expect(
    rankDifferences(
      cases(
        5,
        () => true,
        () => ({ a: "b" }),
      ),
    ),
  ).toEqual([]);
});

test("known values: one bit, and the tail of chi-squared", () => {
  expect(informationGain(50, 0, 50, 50)).toBeCloseTo(1);
  expect(informationGain(25, 25, 50, 50)).toBeCloseTo(0);
  expect(chiSquaredTail(3.841458820694124)).toBeCloseTo(0.05, 5);
  expect(complementaryError(1)).toBeCloseTo(0.1572992, 6);
});
