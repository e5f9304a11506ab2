/** Whether a name would make a new service, and which known one was perhaps meant. Pure. */

const fold = (name: string): string => name.trim().toLowerCase();

export const isNew = (name: string, services: readonly string[]): boolean =>
  name.trim() !== "" && !services.some((service) => fold(service) === fold(name));

/** @returns the known name that differs, in whole or in its last part, by the fewest letters: at most a third of them */
export function nearestName(name: string, services: readonly string[]): string | null {
  const wanted = fold(name);
  const near = services.flatMap((service) =>
    [service, service.slice(service.lastIndexOf("/") + 1)]
      .map((part) => ({ service, letters: distance(wanted, fold(part)), most: part.length / 3 }))
      .filter(({ letters, most }) => letters <= Math.max(wanted.length > 3 ? 2 : 1, most)),
  );
  return near.toSorted((a, b) => a.letters - b.letters)[0]?.service ?? null;
}

/** Letters to add, take away, replace or swap with their neighbour. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? (before[j - 2] ?? 0) + 1 : replaced;
      next[j] = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, replaced, swapped);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
