/** The spans of a trace as a graph: which is a part of which, and which led to which. Pure. */
import type { Kind } from "../activity.ts";
import type { Extent, Timed } from "./extent.ts";
import type { Span } from "./span.ts";

/** A span without its times. */
export type Joint = Pick<Span, "id" | "parentId" | "kind" | "links">;
export type GraphSpan = Joint & Timed;

/** Most spans hold nothing and have no links: they share this. */
const NONE: Node[] = [];

/** A span, with what hangs together with it. */
export class Node implements Extent {
  readonly id: string;
  readonly kind: Kind;
  readonly madeMs: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly isOpen: boolean;
  /** Of one that did not say its end: the last moment of its parts. */
  lastMs: number;
  /** What it is a part of, and therefore what waits for it. */
  parent: Node | null = null;
  children: Node[] = NONE;
  /** What led to it: other spans whose links name it. */
  causes: Node[] = NONE;
  effects: Node[] = NONE;
  /** The uppermost that it is a part of; itself when it is part of none. */
  root: Node = this;
  /** From where the search for circles came to it. */
  walkedFrom: Node | null = null;

  constructor({ id, kind }: Joint, { madeMs = null, startMs, endMs, isOpen, lastMs }: Extent) {
    this.id = id;
    this.kind = kind;
    this.madeMs = madeMs;
    this.startMs = startMs;
    this.endMs = endMs;
    this.isOpen = isOpen;
    this.lastMs = lastMs;
  }
}

/** The reason of a link that says only what `parentId` says too. */
export const PARENT = "parent";

/**
 * A span may be drawn under another because a link leads to it. That makes it an effect; only what its own system
 * calls its parent holds it and waits for it.
 * @param spans every parent may be missing, and may go in circles
 */
export function graphOf<S extends Joint>(spans: readonly S[], timesOf: (span: S) => Extent): Node[] {
  const all = spans.map((span) => new Node(span, timesOf(span)));
  const byId = new Map<string, Node>();
  for (const node of all) byId.set(node.id, node);
  for (const [at, { links }] of spans.entries()) if (links.length > 0) link(all[at], links, byId);
  for (const [at, { parentId }] of spans.entries()) {
    const node = all[at];
    const parent = parentId === null ? undefined : byId.get(parentId);
    if (node !== undefined && parent !== undefined && !node.causes.includes(parent)) node.parent = parent;
  }
  cutCircles(all);
  for (const node of all) if (node.parent !== null) node.parent.children = added(node.parent.children, node);
  for (const node of all) if (node.children.length > 0 && GOES_ON.has(node.kind)) letFollow(node);
  for (const node of all) if (node.parent === null) settle(node);
  return all;
}

function added(list: Node[], node: Node): Node[] {
  if (list === NONE) return [node];
  list.push(node);
  return list;
}

function join(cause: Node, effect: Node): void {
  cause.effects = added(cause.effects, effect);
  effect.causes = added(effect.causes, cause);
}

function link(from: Node | undefined, links: Joint["links"], byId: ReadonlyMap<string, Node>): void {
  for (const { to, reason } of links) {
    const effect = byId.get(to);
    if (from === undefined || effect === undefined || from === effect || reason === PARENT) continue;
    if (!effect.causes.includes(from)) join(from, effect);
  }
}

/** What is taken up again after its system called it ended: a pipeline by a stage that somebody starts by hand. */
const GOES_ON: ReadonlySet<Kind> = new Set(["pipeline", "stage", "ticket", "sprint", "change", "incident"]);

/** Parts that began after its end were not waited for by it: they followed it, each after the one that ended before. */
function letFollow(node: Node): void {
  const { endMs } = node;
  if (endMs === null) return;
  const isAfter = ({ startMs }: Node): boolean => startMs !== null && startMs >= endMs;
  if (!node.children.some(isAfter)) return;
  const followers = node.children
    .filter(isAfter)
    .sort((a, b) => a.lastMs - b.lastMs || (a.id < b.id ? -1 : 1));
  node.children = node.children.filter((child) => !isAfter(child));
  for (const follower of followers) {
    const before = lastBefore(followers, follower.startMs ?? endMs);
    follower.parent = null;
    join(before === follower || before === null ? node : before, follower);
  }
}

/** @param sorted by their ends */
function lastBefore(sorted: readonly Node[], ms: number): Node | null {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.lastMs ?? ms) <= ms) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1] ?? null;
}

/** The first by its id of a circle that goes through a node. */
function firstOf(node: Node): Node {
  let first = node;
  for (let each: Node | null = node.parent; each !== null && each !== node; each = each.parent)
    if (each.id < first.id) first = each;
  return first;
}

/** Of parents that go in a circle the one with the first id has none. */
function cutCircles(nodes: readonly Node[]): void {
  for (const start of nodes) {
    for (let node: Node | null = start; node !== null && node.walkedFrom === null; node = node.parent) {
      node.walkedFrom = start;
      if (node.parent?.walkedFrom === start) firstOf(node).parent = null;
    }
  }
}

/** Tells all below who is the uppermost, and takes the end of a span that did not say one from its parts. */
function settle(root: Node): void {
  const order: Node[] = [root];
  for (const node of order) {
    node.root = root;
    for (const child of node.children) order.push(child);
  }
  for (const { endMs, lastMs, parent } of order.reverse()) {
    if (parent === null || parent.endMs !== null) continue;
    parent.lastMs = Math.max(parent.lastMs, endMs ?? lastMs);
  }
}
