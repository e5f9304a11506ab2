/** Which rows the table of sources has: what was not taken, and so has no instance, is no row of its own. Pure. */
import type { SourceItem } from "../api/types.ts";

export interface SourceRow {
  item: SourceItem;
  /** The row without instance of this tool; only its first row has it. */
  bare: SourceItem | null;
}

const namesNone = ({ instance }: SourceItem): boolean => instance === null || instance === "";

const isBare = (item: SourceItem): boolean => namesNone(item) && item.counts.accepted === 0;

/** Folds a row without instance and without anything accepted into the first other row of its tool, if there is one. */
export function withRefusals(items: readonly SourceItem[]): SourceRow[] {
  const others = items.filter((item) => !isBare(item));
  const firstOf = (source: string) => others.find((item) => item.source === source);
  const bareOf = (source: string) => items.find((item) => item.source === source && isBare(item)) ?? null;
  return items
    .filter((item) => !isBare(item) || firstOf(item.source) === undefined)
    .map((item) => ({ item, bare: firstOf(item.source) === item ? bareOf(item.source) : null }));
}
