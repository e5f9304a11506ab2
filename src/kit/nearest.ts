/** Finds the known word that a mistyped one most probably meant. */

/** @returns the nearest word within a third of its length in edits (at least 2), or `null`. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const limit = Math.max(2, Math.floor(candidate.length / 3));
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance <= limit && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Two letters in each other's place: nearer than one that is wrong. */
const SWAPPED = 0.9;

/** @param leftOut what a letter of `b` costs that is missing in `a` */
function editDistance(a: string, b: string, leftOut = 1): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i * leftOut);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwapped ? (before[j - 2] ?? 0) + SWAPPED : Number.POSITIVE_INFINITY;
      next[j] = Math.min((next[j - 1] ?? 0) + leftOut, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + cost, swap);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Letters that were left out count less than wrong ones: `prd` is nearer to `prod-eu` than to `dev`. */
const LEFT_OUT = 0.3;

/** All of them, the nearest first; equal ones as they stand. */
export const nearestFirst = (word: string, known: readonly string[]): string[] =>
  known
    .map((name) => ({ name, far: editDistance(word.toLowerCase(), name.toLowerCase(), LEFT_OUT) }))
    .sort((a, b) => a.far - b.far)
    .map(({ name }) => name);
