/**
 * What is different about these? Ranks what the odd ones have by how much it tells them from the rest.
 *
 * Method: information gain (mutual information, in bits) between "has this value" and "is odd", over values that the odd
 * ones have more often. Twice the number of cases times the gain in nats is the G statistic, which is chi-squared with one
 * degree of freedom when there is no connection; its p is multiplied by the number of values that were looked at
 * (Bonferroni), so that among hundreds of tags none stands out by luck. For p, cases that ended with the same deployment count as one:
 * ten tickets in one failed deployment are one failure. Keys that only name or measure are left out (`isTelling`), and values
 * that the very same cases have are one fact, told under the name that stands first. Pure.
 */
import { isTelling } from "./telling.ts";

export type Fact = readonly [key: string, value: string];

/** One case: an activity or a piece of work with all values it has. */
export interface Case {
  odd: boolean;
  facts: readonly Fact[];
  /** Cases with the same number ended with the same deployment or run: they are no evidence of each other. */
  cluster?: number;
}

export interface Difference {
  key: string;
  value: string;
  /** `key=value` of what the very same cases have too, without those that say the same word again. */
  also: readonly string[];
  /** Odd ones that have it, and the others that have it. */
  odd: number;
  rest: number;
  /** Share of the odd ones that have it, 0..1. */
  support: number;
  /** How much more often than among all: support / share of all; 1 = no more often. */
  lift: number;
  /** Bits. */
  gain: number;
  /** Corrected for the number of values, at most 1. */
  p: number;
  /** It is hardly luck: p < 0.05. */
  isClear: boolean;
}

/** Values that fewer of the odd ones have say nothing about them. */
const LEAST_SUPPORT = 0.05;
const LEAST_ODD = 2;
/** From so many odd ones on, two of them are too few. */
const MANY_ODD = 12;
/** One that happened once may be luck, however many it happened to; weights of thirds do not add up to whole numbers. */
const LEAST_APART = 1.99;

export const METHOD =
  "information gain of each value, of those that the selected ones have more often; p by the G-test, corrected for the number of values (Bonferroni); what ended with the same deployment counts as one";

/** What is clear first, then the highest gain; equal ones by support, key and value. */
export function rankDifferences(cases: readonly Case[]): Difference[] {
  const total = cases.length;
  const odds = cases.filter(({ odd }) => odd).length;
  if (odds === 0 || odds === total) return [];
  const weights = weightsOf(cases);
  const all = sumOf(cases, weights);
  const counts = countValues(cases, weights);
  const least = odds >= MANY_ODD ? LEAST_ODD + 1 : LEAST_ODD;
  const enough = counts.filter(({ odd }) => odd >= least && odd / odds >= LEAST_SUPPORT);
  const looked = onceEach(enough);
  return looked
    .map(({ key, value, also, odd, rest, apart }): Difference => {
      const support = odd / odds;
      const lift = support / ((odd + rest) / total);
      const gain = informationGain(odd, rest, odds, total - odds);
      const g =
        2 * (all.odd + all.rest) * informationGain(apart.odd, apart.rest, all.odd, all.rest) * Math.LN2;
      const p = Math.min(1, chiSquaredTail(g) * looked.length);
      const isClear = p < 0.05 && apart.odd >= LEAST_APART;
      return { key, value, also, odd, rest, support, lift, gain, p, isClear };
    })
    .filter(({ lift }) => lift > 1)
    .sort(
      (a, b) =>
        Number(b.isClear) - Number(a.isClear) || b.gain - a.gain || b.support - a.support || order(a, b),
    );
}

/** Cases of one cluster weigh as much as one. */
function weightsOf(cases: readonly Case[]): number[] {
  const sizes = new Map<number, number>();
  for (const { cluster } of cases)
    if (cluster !== undefined) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return cases.map(({ cluster }) => (cluster === undefined ? 1 : 1 / (sizes.get(cluster) ?? 1)));
}

interface Apart {
  odd: number;
  rest: number;
}

const sumOf = (cases: readonly Case[], weights: readonly number[]): Apart =>
  cases.reduce(
    (sum, { odd }, at) => {
      sum[odd ? "odd" : "rest"] += weights[at] ?? 1;
      return sum;
    },
    { odd: 0, rest: 0 },
  );

const order = (a: Pick<Difference, "key" | "value">, b: Pick<Difference, "key" | "value">): number =>
  `${a.key}=${a.value}` < `${b.key}=${b.value}` ? -1 : 1;

interface Counted {
  key: string;
  value: string;
  /** Which cases have it, as a number that other cases hardly share. */
  cases: number;
  odd: number;
  rest: number;
  /** The same by weight. */
  apart: Apart;
}

function countValues(cases: readonly Case[], weights: readonly number[]): Counted[] {
  const counts = new Map<string, Map<string, Counted>>();
  for (const [at, { odd, facts }] of cases.entries()) {
    const seen = new Set<Counted>();
    for (const [key, value] of facts) {
      const found = countOf(counts, key, value);
      if (seen.has(found)) continue;
      seen.add(found);
      const side = odd ? "odd" : "rest";
      found[side] += 1;
      found.cases = (found.cases * 1_000_003 + at + 1) % 4_503_599_627;
      found.apart[side] += weights[at] ?? 1;
    }
  }
  return [...counts].flatMap(([key, values]) => {
    const all = [...values.values()];
    const uses = all.reduce((sum, { odd, rest }) => sum + odd + rest, 0);
    return isTelling({ key, values: [...values.keys()], uses }) ? all : [];
  });
}

/** The names under which people know a fact best; tags come behind. */
const BEST_NAMES = ["service", "team", "environment", "tier", "step", "source", "instance", "kind", "ref"];
const rankOf = ({ key }: Counted): number =>
  BEST_NAMES.includes(key) ? BEST_NAMES.indexOf(key) : BEST_NAMES.length;

function onceEach(counts: readonly Counted[]): Array<Counted & { also: string[] }> {
  const found = Map.groupBy(counts, ({ odd, rest, cases }) => `${odd} ${rest} ${cases}`);
  return [...found.values()].flatMap((same) => {
    const [first, ...others] = same.toSorted((a, b) => rankOf(a) - rankOf(b) || order(a, b));
    if (first === undefined) return [];
    const isOther = ({ value }: Counted): boolean =>
      !first.value.includes(value) && !value.includes(first.value);
    return { ...first, also: others.filter(isOther).map(({ key, value }) => `${key}=${value}`) };
  });
}

function countOf(counts: Map<string, Map<string, Counted>>, key: string, value: string): Counted {
  let values = counts.get(key);
  if (values === undefined) {
    values = new Map();
    counts.set(key, values);
  }
  let found = values.get(value);
  if (found === undefined) {
    found = { key, value, cases: 0, odd: 0, rest: 0, apart: { odd: 0, rest: 0 } };
    values.set(value, found);
  }
  return found;
}

/** Mutual information in bits of the 2 × 2 table: has it (odd, rest) among (odds, others). */
export function informationGain(odd: number, rest: number, odds: number, others: number): number {
  const total = odds + others;
  const have = odd + rest;
  const cells: ReadonlyArray<readonly [cell: number, row: number, column: number]> = [
    [odd, have, odds],
    [rest, have, others],
    [odds - odd, total - have, odds],
    [others - rest, total - have, others],
  ];
  return cells.reduce(
    (bits, [cell, row, column]) =>
      cell === 0 ? bits : bits + (cell / total) * Math.log2((cell * total) / (row * column)),
    0,
  );
}

/** P(chi-squared with one degree of freedom > x) = erfc(sqrt(x / 2)). */
export const chiSquaredTail = (x: number): number => complementaryError(Math.sqrt(Math.max(0, x) / 2));

/** erfc for x >= 0 by Abramowitz and Stegun 7.1.26; absolute error below 1.5e-7. */
export function complementaryError(x: number): number {
  const t = 1 / (1 + 0.3275911 * x);
  const terms = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  return terms.reduceRight((sum, term) => (sum + term) * t, 0) * Math.exp(-x * x);
}
