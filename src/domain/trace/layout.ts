/** The rows of a trace: parents before what is drawn under them, siblings by their start, each with its depth. Pure. */
import type { Span } from "./span.ts";

export type Placeable = Pick<Span, "id" | "parentId" | "startedAt" | "finishedAt" | "occurredAt">;

export interface Row<S> {
  span: S;
  /** 0 = drawn under nothing. */
  depth: number;
  /** Rows below it that belong to it, near or far; they follow it at once. */
  below: number;
}

/** Whose place in time is known only by its end stands there. */
const placeOf = ({ startedAt, finishedAt, occurredAt }: Placeable): string =>
  startedAt ?? finishedAt ?? occurredAt;

function byPlace(a: Placeable, b: Placeable): number {
  const [left, right] = [placeOf(a), placeOf(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** @param spans in any order; a parent may be missing, and parents may go in circles: then the first of it stands above */
export function layOut<S extends Placeable>(spans: readonly S[]): Row<S>[] {
  const ids = new Set(spans.map(({ id }) => id));
  const under = new Map<string | null, S[]>();
  for (const span of [...spans].sort(byPlace)) {
    const parent = span.parentId !== null && ids.has(span.parentId) ? span.parentId : null;
    const siblings = under.get(parent);
    if (siblings === undefined) under.set(parent, [span]);
    else siblings.push(span);
  }
  const rows: Row<S>[] = [];
  const placed = new Set<string>();
  for (const root of under.get(null) ?? []) place(root, under, rows, placed);
  if (rows.length < spans.length)
    for (const span of [...spans].sort(byPlace)) if (!placed.has(span.id)) place(span, under, rows, placed);
  return rows;
}

function place<S extends Placeable>(
  root: S,
  under: ReadonlyMap<string | null, S[]>,
  rows: Row<S>[],
  placed: Set<string>,
): void {
  const open: Array<{ span: S; depth: number } | Row<S>> = [{ span: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ("below" in next) {
      // All that belongs to it stands in the rows now.
      next.below = rows.length - next.below;
      continue;
    }
    if (placed.has(next.span.id)) continue;
    placed.add(next.span.id);
    const row: Row<S> = { ...next, below: rows.length + 1 };
    rows.push(row);
    open.push(row);
    const children = under.get(next.span.id) ?? [];
    for (const span of children.toReversed()) open.push({ span, depth: next.depth + 1 });
  }
}
