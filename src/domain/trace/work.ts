/**
 * Pieces of work: what one ticket led to; without a ticket what one change led to; without either what one run or
 * deployment led to. So what a deployment of ten changes did belongs to ten pieces, and to none of them does what belongs
 * to another. Pure.
 */
import type { Kind } from "../activity.ts";
import type { Span } from "./span.ts";

/** An activity as far as it matters here. */
export interface Worked {
  /** Its number. */
  n: number;
  kind: Kind;
  traceId: string;
  beganMs: number;
}

/** What each led to, by number. */
export type Effects = ReadonlyMap<number, ReadonlySet<number>>;

/** Each ticket heads a piece of its own, also one that is a part of an epic. */
const ALWAYS_HEADS: ReadonlySet<Kind> = new Set<Kind>(["ticket", "sprint"]);
/** A wish is no part of a run, whatever trace id its tool gave it. */
const WISHES: ReadonlySet<Kind> = new Set<Kind>(["ticket", "sprint", "change"]);

const none: ReadonlySet<number> = new Set();

function causedIn(nodes: ReadonlyMap<number, Worked>, effects: Effects): Set<number> {
  const caused = new Set<number>();
  for (const [from, list] of effects) {
    if (nodes.has(from)) for (const to of list) caused.add(to);
  }
  return caused;
}

/**
 * What nothing led to, but stands in one trace with something that was led to: a tool handed on the trace's id without
 * saying whose part it is.
 * @returns pairs of a cause and what follows it
 */
export function followedByTrace(
  nodes: ReadonlyMap<number, Worked>,
  effects: Effects,
): Array<readonly [cause: number, effect: number]> {
  const caused = causedIn(nodes, effects);
  const known = new Map<string, Worked>();
  for (const node of nodes.values()) {
    const other = known.get(node.traceId);
    if (!caused.has(node.n) || WISHES.has(node.kind)) continue;
    if (other === undefined || node.beganMs < other.beganMs) known.set(node.traceId, node);
  }
  return [...nodes.values()].flatMap(({ n, kind, traceId }) => {
    const cause = known.get(traceId);
    return cause === undefined || caused.has(n) || WISHES.has(kind) ? [] : [[cause.n, n] as const];
  });
}

/** What pieces begin with: tickets, and what nothing led to; of what leads to itself in a circle, the first. */
export function headsOf(nodes: ReadonlyMap<number, Worked>, effects: Effects): Worked[] {
  const caused = causedIn(nodes, effects);
  const heads = [...nodes.values()].filter(({ n, kind }) => ALWAYS_HEADS.has(kind) || !caused.has(n));
  const reached = reachOf(
    heads.map(({ n }) => n),
    nodes,
    effects,
  );
  const left = [...nodes.values()].filter(({ n }) => !reached.has(n));
  for (const node of left.sort((a, b) => a.beganMs - b.beganMs || a.n - b.n)) {
    if (reached.has(node.n)) continue;
    heads.push(node);
    for (const n of reachOf([node.n], nodes, effects)) reached.add(n);
  }
  return heads;
}

/**
 * Heads that begin one piece together: those of one trace, such as runs to which a tool gave its id. Each ticket begins
 * one of its own, though the stories of an epic have its trace; the rest of such a trace goes with the first of them.
 * @returns the one that names the piece first
 */
export function byPiece<T extends Worked>(heads: readonly T[]): T[][] {
  return [...Map.groupBy(heads, ({ traceId }) => traceId).values()].flatMap((together) => {
    const sorted = together.toSorted((a, b) => a.beganMs - b.beganMs || a.n - b.n);
    const [first, ...others] = sorted.filter(({ kind }) => ALWAYS_HEADS.has(kind));
    if (first === undefined || others.length === 0) return [sorted];
    const rest = sorted.filter(({ kind }) => !ALWAYS_HEADS.has(kind));
    return [[first, ...rest], ...others.map((ticket) => [ticket])];
  });
}

/** All that these led to, and they themselves; other tickets are not entered. */
export function reachOf(
  starts: readonly number[],
  nodes: ReadonlyMap<number, Worked>,
  effects: Effects,
  most = Number.POSITIVE_INFINITY,
): Set<number> {
  const reached = new Set(starts);
  for (const from of reached) {
    for (const to of effects.get(from) ?? none) {
      if (reached.size >= most) return reached;
      const node = nodes.get(to);
      if (node !== undefined && !ALWAYS_HEADS.has(node.kind)) reached.add(to);
    }
  }
  return reached;
}

/** The same within a trace that was gathered: of an epic's trace only what one of its tickets led to, and its parts. */
export function pieceOf<S extends Pick<Span, "id" | "parentId" | "kind" | "links">>(
  spans: readonly S[],
  head: string,
): S[] {
  const byId = new Map(spans.map((span) => [span.id, span]));
  const parts = Map.groupBy(spans, ({ parentId }) => parentId);
  const reached = new Set([head]);
  for (const id of reached) {
    const next = [
      ...(byId.get(id)?.links.map(({ to }) => to) ?? []),
      ...(parts.get(id) ?? []).map((part) => part.id),
    ];
    for (const to of next) {
      const span = byId.get(to);
      if (span !== undefined && !ALWAYS_HEADS.has(span.kind)) reached.add(to);
    }
  }
  return spans.filter(({ id }) => reached.has(id));
}
