/** What a span may have waited for: its parts, and what led to it. Pure. */
import type { Kind } from "../activity.ts";
import type { Node } from "./graph.ts";

/** A span that was waited for until `endMs`, milliseconds since 1970. */
export interface Awaited {
  node: Node;
  endMs: number;
}

/** What people close when all that it brought about is done. */
const STAYS_OPEN: ReadonlySet<Kind> = new Set(["ticket", "sprint", "change", "incident"]);

/** In the order of their ends; of two that end together the one that began first, which explains more, stands last. */
export const byEnd = (a: Awaited, b: Awaited): number =>
  a.endMs - b.endMs ||
  (b.node.startMs ?? Number.POSITIVE_INFINITY) - (a.node.startMs ?? Number.POSITIVE_INFINITY) ||
  (a.node.id < b.node.id ? 1 : -1);

/** What went on within a span, cut to it: its parts, and what it stayed open for. The one that ended last stands last. */
export function partsOf(node: Node, fromMs: number, toMs: number): Awaited[] {
  const parts: Awaited[] = [];
  for (const child of node.children) {
    const { startMs, endMs } = child;
    if (endMs === null || endMs <= fromMs || (startMs !== null && startMs >= toMs)) continue;
    parts.push({ node: child, endMs: Math.min(endMs, toMs) });
  }
  for (const effect of STAYS_OPEN.has(node.kind) ? reachedFrom(node) : []) {
    const { endMs } = effect;
    if (endMs !== null && endMs > fromMs && endMs <= toMs) parts.push({ node: effect, endMs });
  }
  return parts.sort(byEnd);
}

/** The uppermost spans that a span and its parts led to, near or far. */
function reachedFrom(node: Node): Set<Node> {
  const reached = new Set<Node>();
  const open = [node];
  for (const each of open) {
    for (const child of each.children) if (holds(child) || child.effects.length > 0) open.push(child);
    for (const { root } of each.effects) {
      if (root === node.root || reached.has(root)) continue;
      reached.add(root);
      open.push(root);
    }
  }
  return reached;
}

const holds = ({ children }: Node): boolean => children.length > 0;

/** What led, from outside, to a span or to any of its parts. */
export function causesOfTree(node: Node): Set<Node> {
  const found = new Set<Node>();
  const open = [node];
  for (const each of open) {
    for (const child of each.children) if (holds(child) || child.causes.length > 0) open.push(child);
    for (const cause of each.causes) if (cause.root !== node.root) found.add(cause);
  }
  return found;
}

export interface Before {
  atMs: number;
  /** What moved last at or before this moment does not count. */
  floorMs: number;
  /** What still went on at `atMs` does not count; else it counts from its start. */
  ended: boolean;
  seen: ReadonlySet<Node>;
}

/** Of several causes the one that moved last before a moment. */
export function lastCause(causes: Iterable<Node>, { atMs, floorMs, ended, seen }: Before): Awaited | null {
  let best: Awaited | null = null;
  let bestMs = floorMs;
  for (const node of causes) {
    const movedMs = seen.has(node) ? null : movedBefore(node, atMs, ended);
    if (movedMs === null || movedMs <= floorMs || movedMs < bestMs) continue;
    // Of two that moved together always the same one, in whatever order they are told of.
    if (best !== null && movedMs === bestMs && best.node.id < node.id) continue;
    best = { node, endMs: Math.min(node.lastMs, atMs) };
    bestMs = movedMs;
  }
  return best;
}

function movedBefore({ startMs, lastMs }: Node, atMs: number, ended: boolean): number | null {
  if (lastMs <= atMs) return lastMs;
  return ended || startMs === null || startMs > atMs ? null : startMs;
}
