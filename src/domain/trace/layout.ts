/** The rows of a trace: parents before what is drawn under them, siblings by their start, each with its depth. Pure. */
import type { Span } from "./span.ts";

type Hung = Pick<Span, "id" | "parentId">;
export type Placeable = Hung & Pick<Span, "startedAt" | "finishedAt" | "occurredAt">;

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

/** @param spans in any order; a parent may be missing, and parents may go in circles: then the first of it stands above */
export const layOut = <S extends Placeable>(spans: readonly S[]): Row<S>[] => layOutBy(spans, placeOf);

/** @param place the start of a span, or what stands for it */
export function layOutBy<S extends Hung>(spans: readonly S[], place: (span: S) => string | number): Row<S>[] {
  const byPlace = (a: S, b: S): number => {
    const left = place(a);
    const right = place(b);
    if (left !== right) return left < right ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  };
  const sorted = spans.toSorted(byPlace);
  const rows = new Rows(sorted);
  rows.placeUnder(NOTHING, 0);
  for (let at = 0; rows.all.length < sorted.length; at += 1) rows.place(at);
  countBelow(rows.all);
  return rows.all;
}

/** Stands for what spans without a parent are drawn under. */
const NOTHING = -1;
const NONE = -1;

/** Places spans, each by its number in the order of their places. */
class Rows<S extends Hung> {
  readonly all: Row<S>[] = [];
  private readonly sorted: readonly S[];
  /** Of those drawn under one span, by its number and 1: the last. Of each span: the one before it there. */
  private readonly last: Int32Array;
  private readonly before: Int32Array;
  private readonly isPlaced: Uint8Array;

  constructor(sorted: readonly S[]) {
    this.sorted = sorted;
    this.last = new Int32Array(sorted.length + 1).fill(NONE);
    this.before = new Int32Array(sorted.length);
    this.isPlaced = new Uint8Array(sorted.length);
    const numbers = new Map<string, number>();
    for (let at = 0; at < sorted.length; at += 1) numbers.set(sorted[at]?.id ?? "", at);
    for (let at = 0; at < sorted.length; at += 1) {
      const parentId = sorted[at]?.parentId ?? null;
      const parent = parentId === null ? NOTHING : (numbers.get(parentId) ?? NOTHING);
      this.before[at] = this.last[parent + 1] ?? NONE;
      this.last[parent + 1] = at;
    }
  }

  /** A span that belongs to nothing that was placed, and all that belongs to it. */
  place(at: number): void {
    if (this.add(at, 0)) this.placeUnder(at, 1);
  }

  placeUnder(parent: number, depth: number): void {
    const open: number[] = [];
    const depths: number[] = [];
    const opens = (above: number, below: number): void => {
      for (let at = this.last[above + 1] ?? NONE; at !== NONE; at = this.before[at] ?? NONE) {
        open.push(at);
        depths.push(below);
      }
    };
    opens(parent, depth);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const own = depths.pop() ?? depth;
      if (this.add(at, own)) opens(at, own + 1);
    }
  }

  /** @returns `false` when it stands in the rows already */
  private add(at: number, depth: number): boolean {
    const span = this.sorted[at];
    if (span === undefined || this.isPlaced[at] === 1) return false;
    this.isPlaced[at] = 1;
    this.all.push({ span, depth, below: 0 });
    return true;
  }
}

/** From the last row up: what stands deeper and has no one above it yet belongs to the row. */
function countBelow(rows: readonly Row<unknown>[]): void {
  const waiting: number[] = [];
  for (const row of rows.toReversed()) {
    row.below = waiting[row.depth + 1] ?? 0;
    waiting[row.depth + 1] = 0;
    waiting[row.depth] = (waiting[row.depth] ?? 0) + row.below + 1;
  }
}
