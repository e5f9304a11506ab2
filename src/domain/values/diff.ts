/** What differs between the values of two environments; secrets are only the same or different. Pure. */

export const OUTCOMES = ["same", "different", "only-left", "only-right", "unknown"] as const;

/** One side of a comparison. */
export interface Side {
  key: string;
  secret: boolean;
  /** `null` = a secret, or not set. */
  value: string | null;
  /** Where the secret is; `null` = it is none, or not set. */
  reference: string | null;
  /** The text of a secret that could be opened; it is compared, never told. */
  secretly: string | null;
}

export interface Difference {
  key: string;
  outcome: (typeof OUTCOMES)[number];
  left: Shown | null;
  right: Shown | null;
}

export interface Shown {
  secret: boolean;
  value: string | null;
  reference: string | null;
}

export function differences(left: readonly Side[], right: readonly Side[]): Difference[] {
  const set = (sides: readonly Side[]): Map<string, Side> =>
    new Map(
      sides
        .filter(({ value, reference }) => value !== null || reference !== null)
        .map((side) => [side.key, side]),
    );
  const [a, b] = [set(left), set(right)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].sort();
  return keys.map((key) => {
    const [here, there] = [a.get(key), b.get(key)];
    return { key, outcome: outcomeOf(here, there), left: shown(here), right: shown(there) };
  });
}

const shown = (side: Side | undefined): Shown | null =>
  side === undefined ? null : { secret: side.secret, value: side.value, reference: side.reference };

function outcomeOf(left: Side | undefined, right: Side | undefined): Difference["outcome"] {
  if (left === undefined) return "only-right";
  if (right === undefined) return "only-left";
  if (left.reference === null && right.reference === null)
    return left.value === right.value ? "same" : "different";
  if (left.reference === null || right.reference === null) return "different";
  if (left.secretly === null || right.secretly === null) return "unknown";
  return left.secretly === right.secretly ? "same" : "different";
}
