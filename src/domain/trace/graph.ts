/** The spans of a trace as a graph: which is a part of which, and which led to which. Pure. */
import type { Kind } from "../activity.ts";
import type { Extent, Timed } from "./extent.ts";
import type { Span } from "./span.ts";

export type GraphSpan = Timed & Pick<Span, "id" | "parentId" | "kind" | "links">;

export interface Node extends Extent {
  id: string;
  kind: Kind;
  /** What it is a part of, and therefore what waits for it. */
  parent: Node | null;
  children: Node[];
  /** What led to it: other spans whose links name it. */
  causes: Node[];
  effects: Node[];
  /** The uppermost that it is a part of; itself when it is part of none. */
  root: Node;
  isOpen: boolean;
}

/** The reason of a link that says only what `parentId` says too. */
export const PARENT = "parent";

/**
 * A span may be drawn under another because a link leads to it. That makes it an effect; only what its own system
 * calls its parent holds it and waits for it.
 * @param spans every parent may be missing, and may go in circles
 */
export function graphOf<S extends GraphSpan>(spans: readonly S[], timesOf: (span: S) => Extent): Node[] {
  const nodes = new Map(spans.map((span) => [span.id, nodeOf(span, timesOf(span))]));
  const linked = new Set<string>();
  for (const { id, links } of spans) {
    for (const { to, reason } of links) {
      const from = nodes.get(id);
      const effect = nodes.get(to);
      if (from === undefined || effect === undefined || from === effect || reason === PARENT) continue;
      if (linked.has(`${id} ${to}`)) continue;
      linked.add(`${id} ${to}`);
      from.effects.push(effect);
      effect.causes.push(from);
    }
  }
  for (const { id, parentId } of spans) {
    const node = nodes.get(id);
    const parent = parentId === null ? undefined : nodes.get(parentId);
    if (node !== undefined && parent !== undefined && !linked.has(`${parentId} ${id}`)) node.parent = parent;
  }
  const all = [...nodes.values()];
  cutCircles(all);
  for (const node of all) node.parent?.children.push(node);
  for (const node of all) if (GOES_ON.has(node.kind)) letFollow(node);
  for (const node of all) if (node.parent === null) settle(node);
  return all;
}

function nodeOf({ id, kind }: GraphSpan, extent: Extent): Node {
  const node: Omit<Node, "root"> = {
    ...extent,
    ...{ id, kind, parent: null, children: [], causes: [], effects: [] },
  };
  return Object.assign(node, { root: node as Node });
}

/** What is taken up again after its system called it ended: a pipeline by a stage that somebody starts by hand. */
const GOES_ON: ReadonlySet<Kind> = new Set(["pipeline", "stage", "ticket", "sprint", "change", "incident"]);

/** The first by its id of a circle that goes through a node. */
function firstOf(node: Node): Node {
  let first = node;
  for (let each: Node | null = node.parent; each !== null && each !== node; each = each.parent)
    if (each.id < first.id) first = each;
  return first;
}

/** Parts that began after its end were not waited for by it: they followed it, each after the one that ended before. */
function letFollow(node: Node): void {
  const { endMs } = node;
  if (endMs === null) return;
  const isAfter = ({ startMs }: Node): boolean => startMs !== null && startMs >= endMs;
  const followers = node.children
    .filter(isAfter)
    .sort((a, b) => a.lastMs - b.lastMs || (a.id < b.id ? -1 : 1));
  if (followers.length === 0) return;
  node.children = node.children.filter((child) => !isAfter(child));
  for (const follower of followers) {
    const before = followers.findLast(({ lastMs }) => lastMs <= (follower.startMs ?? endMs));
    const cause = before === follower || before === undefined ? node : before;
    follower.parent = null;
    follower.causes.push(cause);
    cause.effects.push(follower);
  }
}

/** Of parents that go in a circle the one with the first id has none. */
function cutCircles(nodes: readonly Node[]): void {
  const seenFrom = new Map<Node, Node>();
  for (const start of nodes) {
    for (let node: Node | null = start; node !== null && !seenFrom.has(node); node = node.parent) {
      seenFrom.set(node, start);
      if (node.parent === null || seenFrom.get(node.parent) !== start) continue;
      firstOf(node).parent = null;
    }
  }
}

/** Tells all below who is the uppermost, and takes the end of a span that did not say one from its parts. */
function settle(root: Node): void {
  const order: Node[] = [root];
  for (const node of order) {
    node.root = root;
    order.push(...node.children);
  }
  for (const { endMs, lastMs, parent } of order.reverse()) {
    if (parent === null || parent.endMs !== null) continue;
    parent.lastMs = Math.max(parent.lastMs, endMs ?? lastMs);
  }
}
