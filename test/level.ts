// How much the long tests do: every amount that depends on VICE_TEST_LEVEL stands in this one table.
export interface Amounts {
  /** How often a process is killed in the middle of its work and opened again. */
  readonly kills: number;
  /** How many malformed or mutated webhook bodies are thrown at intake. */
  readonly fuzzedBodies: number;
  /** Of the crash matrix of deployments, so many cells for each target; `null` = all. */
  readonly crashCells: number | null;
  /** How long one test may take, in milliseconds. */
  readonly testTimeoutMs: number;
}

const levels = {
  test: { kills: 20, fuzzedBodies: 2_000, crashCells: 2, testTimeoutMs: 20_000 },
  ci: { kills: 100, fuzzedBodies: 20_000, crashCells: 16, testTimeoutMs: 240_000 },
  soak: { kills: 1_000, fuzzedBodies: 1_000_000, crashCells: null, testTimeoutMs: 7_200_000 },
} satisfies Record<string, Amounts>;

export type Level = keyof typeof levels;

/** The level that a value of VICE_TEST_LEVEL names; nothing means the quick one, a typing error is an error. */
export function levelNamed(name: string | undefined): Level {
  const wanted = name === undefined || name === "" ? "test" : name;
  const found = Object.keys(levels).find((level): level is Level => level === wanted);
  if (found) return found;
  throw new Error(`VICE_TEST_LEVEL is "${wanted}", but must be one of: ${Object.keys(levels).join(", ")}`);
}

export const level: Level = levelNamed(process.env.VICE_TEST_LEVEL);
export const amounts: Amounts = levels[level];
