/** Makes a forest of a graph, for drawing: each activity hangs under its parent, else under the nearest that led to it. Pure. */
import type { Kind } from "../activity.ts";
import { PLACE } from "./inside.ts";
import type { SpanLink } from "./span.ts";

export interface Unplaced {
  id: string;
  kind: Kind;
  /** What its own system says it is a part of; it may be elsewhere. */
  ownParent: string | null;
  /** Milliseconds since 1970. */
  startMs: number | null;
  occurredMs: number;
  /** Where it leads to. */
  links: readonly SpanLink[];
}

const NONE = -1;

/** @returns of each the number of what it is drawn under, or -1; nothing hangs under itself, however links run */
export function parentsIn(nodes: readonly Unplaced[]): Int32Array {
  const numbers = new Map<string, number>();
  for (let at = 0; at < nodes.length; at += 1) numbers.set(nodes[at]?.id ?? "", at);
  const parents = new Int32Array(nodes.length);
  for (let at = 0; at < nodes.length; at += 1) {
    const own = nodes[at]?.ownParent ?? null;
    parents[at] = own === null ? NONE : (numbers.get(own) ?? NONE);
  }
  cutCircles(parents);
  const causes = causesIn(nodes, numbers);
  for (let at = 0; at < nodes.length; at += 1) {
    if (parents[at] !== NONE) continue;
    const found = causes.get(at)?.sort((a, b) => nearest(nodes[a], nodes[b]));
    parents[at] = found?.find((cause) => !hangsUnder(cause, at, parents)) ?? NONE;
  }
  return parents;
}

/** Numbers of what leads to each, for those to which anything does. */
function causesIn(nodes: readonly Unplaced[], numbers: ReadonlyMap<string, number>): Map<number, number[]> {
  const causes = new Map<number, number[]>();
  for (const [from, { links }] of nodes.entries()) {
    for (const { to } of links) {
      const at = numbers.get(to);
      if (at === undefined) continue;
      const known = causes.get(at);
      if (known === undefined) causes.set(at, [from]);
      else known.push(from);
    }
  }
  return causes;
}

/** The nearest cause stands latest on the way and began last. */
function nearest(a: Unplaced | undefined, b: Unplaced | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return PLACE[b.kind] - PLACE[a.kind] || beganMs(b) - beganMs(a) || (a.id < b.id ? -1 : 1);
}

const beganMs = ({ startMs, occurredMs }: Unplaced): number => startMs ?? occurredMs;

/** Whether `at` is the same, or stands anywhere above it. */
function hangsUnder(from: number, at: number, parents: Int32Array): boolean {
  for (let up = from; up !== NONE; up = parents[up] ?? NONE) if (up === at) return true;
  return false;
}

/** Of parents that go in a circle the last one has none. */
function cutCircles(parents: Int32Array): void {
  const seenFrom = new Int32Array(parents.length).fill(NONE);
  for (let start = 0; start < parents.length; start += 1) {
    for (let at = start; at !== NONE && seenFrom[at] === NONE; at = parents[at] ?? NONE) {
      seenFrom[at] = start;
      const above = parents[at] ?? NONE;
      if (above !== NONE && seenFrom[above] === start) parents[lastOf(at, parents)] = NONE;
    }
  }
}

function lastOf(from: number, parents: Int32Array): number {
  let last = from;
  for (let at = parents[from] ?? NONE; at !== from && at !== NONE; at = parents[at] ?? NONE)
    last = Math.max(last, at);
  return last;
}
