/** Orders in which the same deliveries may arrive: all of them for few, a fixed choice for many. */

/** At most `limit` orders, the given one first; the same input always gives the same orders. */
export function orders<T>(items: readonly T[], limit = 24): T[][] {
  return count(items.length) <= limit ? permutations(items) : shuffles(items, limit);
}

const count = (n: number): number => (n <= 1 ? 1 : n * count(n - 1));

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [first, ...rest]),
  );
}

/** The order as given, reversed, and pseudo-random ones (a linear congruential generator, Numerical Recipes). */
function shuffles<T>(items: readonly T[], limit: number): T[][] {
  let seed = 1;
  const next = (): number => {
    seed = (seed * 1664525 + 1013904223) % 2 ** 32;
    return seed;
  };
  const random = (): T[] =>
    items
      .map((item) => ({ item, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item);
  return [[...items], [...items].reverse(), ...Array.from({ length: Math.max(limit - 2, 0) }, random)];
}
