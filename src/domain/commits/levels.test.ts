// Levels stand above those of parents whatever is told first, at a cost that stays near the length of the history.
import fc from "fast-check";
import { expect, test } from "vitest";
import { levelBeside, mendLevels, type Ranked } from "./levels.ts";

/** A store of commits that counts the edges that were asked for. */
class History {
  readonly level = new Map<number, number>();
  readonly #children = new Map<number, number[]>();
  readonly #parents = new Map<number, readonly number[]>();
  edges = 0;

  add(n: number, parents: readonly number[]): void {
    this.#parents.set(n, parents);
    for (const parent of parents) this.#children.set(parent, [...(this.#children.get(parent) ?? []), n]);
    const children = this.#ranked(this.#children.get(n) ?? []);
    this.level.set(n, levelBeside(this.#ranked(parents), children));
    for (const parent of parents) this.#mend(parent, n);
    for (const child of this.#children.get(n) ?? []) this.#mend(n, child);
  }

  #mend(parent: number, child: number): void {
    const [below, above] = this.#ranked([parent, child]);
    if (below === undefined || above === undefined) return;
    const ranks = {
      childrenOf: (n: number) => this.#ranked(this.#children.get(n) ?? []),
      parentsOf: (n: number) => this.#ranked(this.#parents.get(n) ?? []),
    };
    for (const [n, level] of mendLevels(ranks, below, above)) this.level.set(n, level);
  }

  #ranked(numbers: readonly number[]): Ranked[] {
    this.edges += numbers.length;
    return numbers.flatMap((n) => {
      const level = this.level.get(n);
      return level === undefined ? [] : [{ n, level }];
    });
  }
}

const LENGTH = 4000;
const PAGE = 100;
const line = Array.from({ length: LENGTH }, (_, n) => n);
const pages = Array.from({ length: LENGTH / PAGE }, (_, at) => line.slice(at * PAGE, (at + 1) * PAGE));

const ORDERS: Record<string, readonly number[]> = {
  "oldest first": line,
  "newest first": line.toReversed(),
  "pages newest first, each oldest first": pages.toReversed().flat(),
  "pages oldest first, each newest first": pages.flatMap((page) => page.toReversed()),
  "every second page first": [
    ...pages.filter((_, at) => at % 2 === 0),
    ...pages.filter((_, at) => at % 2 === 1),
  ].flat(),
  "from the middle to both ends": line.map((n) =>
    n % 2 === 0 ? LENGTH / 2 + n / 2 : LENGTH / 2 - (n + 1) / 2,
  ),
  "by chance": line.toSorted((a, b) => ((a * 7919) % LENGTH) - ((b * 7919) % LENGTH)),
};

/** Each commit stands on the one before it, and every tenth merges a branch from before. */
const parentsOf = (n: number): number[] => (n === 0 ? [] : n % 10 === 9 ? [n - 1, n - 7] : [n - 1]);

test.each(Object.entries(ORDERS))("%s: the work grows with the history, not with its square", (_, order) => {
  const work = (length: number): number => {
    const history = new History();
    for (const n of order) if (n < length) history.add(n, parentsOf(n));
    for (let n = 1; n < length; n += 1)
      for (const parent of parentsOf(n))
        expect(history.level.get(n)).toBeGreaterThan(history.level.get(parent) ?? 0);
    return history.edges;
  };
  const [half, whole] = [work(LENGTH / 2), work(LENGTH)];
  expect(whole / half).toBeLessThan(2.6);
  expect(whole).toBeLessThan(40 * LENGTH);
});

test("any history in any order: whoever has parents stands above each of them", () => {
  const rows = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 2, maxLength: 30 });
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.nat()), (picks, chance) => {
      const all = picks.map((each, n) => ({
        n,
        parents: n === 0 ? [] : [...new Set(each.map((pick) => pick % n))],
        at: chance.next().value as number,
      }));
      const history = new History();
      for (const { n, parents } of all.toSorted((a, b) => a.at - b.at)) history.add(n, parents);
      for (const { n, parents } of all)
        for (const parent of parents)
          expect(history.level.get(n)).toBeGreaterThan(history.level.get(parent) ?? Number.NaN);
    }),
    { numRuns: 500 },
  );
});
