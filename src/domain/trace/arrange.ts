/** Makes a forest of a graph, for drawing: each activity hangs under its parent, else under the nearest that led to it. Pure. */
import type { Kind } from "../activity.ts";
import { PLACE } from "./inside.ts";
import type { Span, SpanLink } from "./span.ts";

interface Unplaced {
  id: string;
  kind: Kind;
  /** What its own system says it is a part of. */
  ownParent: string | null;
  startedAt: string | null;
  occurredAt: string;
}

interface Cause {
  id: string;
  place: number;
  began: string;
}

/** The nearest cause stands latest on the way and began last. */
const nearest = (a: Cause, b: Cause): number =>
  b.place - a.place || (a.began < b.began ? 1 : a.began > b.began ? -1 : a.id < b.id ? -1 : 1);

/** @returns id of what each is drawn under, by id; nothing hangs under itself, however links run */
export function parentsIn(
  nodes: readonly Unplaced[],
  links: ReadonlyMap<string, readonly SpanLink[]>,
): Map<string, string | null> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const causes = new Map<string, Cause[]>();
  for (const [from, list] of links) {
    const node = byId.get(from);
    if (node === undefined) continue;
    const cause = { id: from, place: PLACE[node.kind], began: node.startedAt ?? node.occurredAt };
    for (const { to } of list) {
      const known = causes.get(to);
      if (known === undefined) causes.set(to, [cause]);
      else known.push(cause);
    }
  }
  const parents = new Map<string, string | null>();
  const reaches = (from: string, id: string): boolean => {
    const seen = new Set<string>();
    for (let at: string | null = from; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
      if (at === id) return true;
      seen.add(at);
    }
    return false;
  };
  for (const { id, ownParent } of nodes)
    if (ownParent !== null && byId.has(ownParent) && !reaches(ownParent, id)) parents.set(id, ownParent);
  for (const { id } of nodes) {
    if (parents.has(id)) continue;
    const fitting = (causes.get(id) ?? []).sort(nearest).find((cause) => !reaches(cause.id, id));
    parents.set(id, fitting?.id ?? null);
  }
  return parents;
}

/** @param nodes in any order */
export function toSpans<N extends Unplaced & Omit<Span, "parentId" | "links">>(
  nodes: readonly N[],
  links: ReadonlyMap<string, readonly SpanLink[]>,
): Span[] {
  const parents = parentsIn(nodes, links);
  return nodes.map((node) => ({
    id: node.id,
    parentId: parents.get(node.id) ?? null,
    kind: node.kind,
    name: node.name,
    service: node.service,
    team: node.team,
    environment: node.environment,
    status: node.status,
    startedAt: node.startedAt,
    finishedAt: node.finishedAt,
    occurredAt: node.occurredAt,
    source: node.source,
    url: node.url,
    links: links.get(node.id) ?? [],
  }));
}
