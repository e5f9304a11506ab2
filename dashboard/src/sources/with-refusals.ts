/** Which rows the table of sources has: what was not taken, and so has no instance, is no row of its own. Pure. */
import type { Outcome, SourceItem } from "../api/types.ts";

export interface SourceRow {
  item: SourceItem;
  /** Whether it speaks of the whole tool: the row without instance is counted in. */
  whole: boolean;
  /** The row without instance, where the tool has several others and it belongs to none; only the first has it. */
  bare: SourceItem | null;
}

const namesNone = ({ instance }: SourceItem): boolean => instance === null || instance === "";

const isBare = (item: SourceItem): boolean => namesNone(item) && item.counts.accepted === 0;

/** Folds a row without instance and without anything accepted into the other row of its tool, or into the first of several. */
export function withRefusals(items: readonly SourceItem[]): SourceRow[] {
  const bareOf = (source: string) => items.find((item) => item.source === source && isBare(item));
  const others = Map.groupBy(
    items.filter((item) => !isBare(item)),
    ({ source }) => source,
  );
  return items.flatMap((item): SourceRow[] => {
    const [first, second] = others.get(item.source) ?? [];
    if (isBare(item)) return first === undefined ? [{ item, whole: true, bare: null }] : [];
    const bare = bareOf(item.source);
    if (bare === undefined || item !== first) return [{ item, whole: false, bare: null }];
    if (second !== undefined) return [{ item, whole: false, bare }];
    return [{ item: together(item, bare), whole: true, bare: null }];
  });
}

function together(item: SourceItem, bare: SourceItem): SourceItem {
  const outcomes = Object.keys(item.counts) as Outcome[];
  const counts = { ...item.counts };
  for (const outcome of outcomes) counts[outcome] += bare.counts[outcome];
  const newer = (bare.lastRejection?.at ?? "") > (item.lastRejection?.at ?? "");
  return {
    ...item,
    counts,
    unverified: item.unverified + bare.unverified,
    lastRejection: newer ? bare.lastRejection : item.lastRejection,
  };
}
