// What tells the odd ones from the rest stands first, luck does not stand out, and persons are never named.
import { expect, test } from "vitest";
import { type Case, chiSquaredTail, complementaryError, informationGain, rankDifferences } from "./rank.ts";

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
