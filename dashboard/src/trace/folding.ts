/** Which rows of a trace are folded: all from a depth on, but for those that somebody opened or closed. Pure. */
import type { SpanRow } from "./model.ts";

export interface Folding {
  /** Rows of this depth and deeper hide what is below them; `null` = none does. */
  depth: number | null;
  /** Keys of the rows that stand the other way. */
  turned: ReadonlySet<string>;
}

/** Short enough for an address. The end of an id is what differs: its start may be the moment when it was made. */
const KEY = 12;

export const keyOf = (id: string): string => id.replaceAll("-", "").slice(-KEY);

export function isFolded({ span, depth, below }: SpanRow, folding: Folding): boolean {
  if (below === 0) return false;
  const byDepth = folding.depth !== null && depth >= folding.depth;
  return folding.turned.size > 0 && folding.turned.has(keyOf(span.id)) ? !byDepth : byDepth;
}

/** Numbers of the rows that are to be seen. */
export function visibleRows(rows: readonly SpanRow[], folding: Folding): number[] {
  const seen: number[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    if (row === undefined) break;
    seen.push(at);
    if (isFolded(row, folding)) at += row.below;
  }
  return seen;
}

export function turn({ depth, turned }: Folding, id: string): Folding {
  const key = keyOf(id);
  const next = new Set(turned);
  if (!next.delete(key)) next.add(key);
  return { depth, turned: next };
}

/** One level less, or one more; opening the deepest opens all. */
export function step({ depth }: Folding, by: 1 | -1, deepest: number): Folding {
  const next = (depth ?? deepest) + by;
  return { depth: next >= deepest ? null : Math.max(0, next), turned: new Set() };
}

/** Opens all that a row is below. */
export function reveal(rows: readonly SpanRow[], at: number, folding: Folding): Folding {
  let next = folding;
  let depth = rows[at]?.depth ?? 0;
  for (let above = at - 1; above >= 0 && depth > 0; above -= 1) {
    const row = rows[above];
    if (row === undefined || row.depth >= depth) continue;
    depth = row.depth;
    if (isFolded(row, next)) next = turn(next, row.span.id);
  }
  return next;
}

export const readFolding = (depth: string, turned: string): Folding => ({
  depth: /^\d{1,3}$/.test(depth) ? Number(depth) : null,
  turned: new Set(turned === "" ? [] : turned.split(".")),
});

export const foldingParams = ({ depth, turned }: Folding): Record<string, string> => ({
  depth: depth === null ? "" : String(depth),
  turned: [...turned].join("."),
});
