/**
 * Gathers a trace: from its own activities down to all they led to, and up to all that led to them. Never down again from
 * what was reached upwards, nor up again from what was reached downwards: a deployment of ten changes has ten tickets
 * above it, and none of those tickets has the other nine beside it.
 */
import { parentsIn } from "../../../../domain/trace/arrange.ts";
import { INSIDE, isInside, RUNS } from "../../../../domain/trace/inside.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { noteMade } from "./made.ts";
import { withNamedParents } from "./named-parents.ts";
import { ActivityReader, type Direction, linkedBy, withSaid } from "./neighbours.ts";
import { hexOf, NodeReader, type TraceNode } from "./nodes.ts";
import { allSaidOf } from "./said-links.ts";

export interface Gathered {
  /** Each with what it is drawn under and what it leads to. */
  nodes: TraceNode[];
  truncated: boolean;
}

/** From a ticket to its users there are fewer steps than this. */
const MOST_STEPS = 16;

const NOBODY: ReadonlySet<number> = new Set();

export class Gathering {
  readonly #db: Connection;
  readonly #traceId: string;
  readonly #nodes = new Map<string, TraceNode>();
  readonly #most: number;
  readonly #read: NodeReader;
  readonly #activities: ActivityReader;
  readonly #said: ReadonlySet<string>;
  #truncated = false;

  constructor(db: Connection, context: ReadContext, traceId: string, most: number) {
    this.#db = db;
    this.#traceId = traceId;
    this.#most = most;
    this.#read = new NodeReader(db, context, traceId);
    this.#activities = new ActivityReader(db, context);
    this.#said = allSaidOf(db);
  }

  /** Everything in the trace is there from the beginning. */
  all(): Gathered {
    const own = this.#add(withNamedParents(this.#read.ofTrace(this.#most + 1), this.#traceId));
    this.#walk(own, "effects");
    this.#walk(own, "causes");
    const nodes = [...this.#nodes.values()];
    noteMade(this.#db, nodes);
    for (const [at, parent] of parentsIn(nodes).entries()) {
      const node = nodes[at];
      if (node !== undefined) node.parentId = nodes[parent]?.id ?? null;
    }
    return { nodes, truncated: this.#truncated };
  }

  #walk(start: readonly TraceNode[], side: Direction): void {
    let edge = start;
    for (let step = 0; step < MOST_STEPS && edge.length > 0; step += 1)
      edge = side === "effects" ? this.#down(edge) : this.#up(edge);
  }

  #down(edge: readonly TraceNode[]): TraceNode[] {
    return [...this.#parts(edge), ...this.#linked(edge, "effects")];
  }

  #up(edge: readonly TraceNode[]): TraceNode[] {
    const wanted = new Set<string>();
    for (const { ownParent } of edge)
      if (ownParent !== null && !this.#nodes.has(ownParent)) wanted.add(ownParent);
    const found = [...this.#add(this.#read.byId([...wanted])), ...this.#linked(edge, "causes")];
    let runs = found.filter(({ kind }) => RUNS.has(kind));
    for (let step = 0; step < MOST_STEPS && runs.length > 0; step += 1) runs = this.#parts(runs, INSIDE);
    return found;
  }

  /** What is a part of these; `kinds` narrows it. */
  #parts(edge: readonly TraceNode[], kinds?: ReadonlySet<string>): TraceNode[] {
    const ids = edge.filter(({ hasStrays }) => hasStrays).map(({ id }) => id);
    const parts = this.#read.strays(ids, this.#most + 1);
    return this.#add(kinds === undefined ? parts : parts.filter(({ kind }) => kinds.has(kind)));
  }

  #linked(edge: readonly TraceNode[], side: Direction): TraceNode[] {
    const inside = edge.filter(({ kind, ownParent }) => isInside(kind, ownParent));
    const naming = side === "causes" ? this.#read.naming(inside) : NOBODY;
    const tied = inside.length === 0 ? edge : edge.filter((node) => this.#isTied(node, naming));
    return tied.flatMap((node) => this.#linkedWith(node, side, naming));
  }

  #isTied({ n, id, kind, ownParent }: TraceNode, naming: ReadonlySet<number>): boolean {
    return !isInside(kind, ownParent) || naming.has(n) || this.#said.has(id);
  }

  #linkedWith(node: TraceNode, side: Direction, naming: ReadonlySet<number>): TraceNode[] {
    const activity = this.#activities.byNumber(node.n);
    if (activity === null) return [];
    const { found, truncated } =
      isInside(node.kind, node.ownParent) && !naming.has(node.n)
        ? { found: [], truncated: false }
        : linkedBy(this.#db, this.#activities, activity, side);
    this.#truncated ||= truncated;
    const all = this.#said.has(node.id)
      ? withSaid(this.#db, this.#activities, activity.id, side, found)
      : found;
    const fresh = all.filter(({ linked }) => !this.#nodes.has(hexOf(linked.activity.id))).map(({ n }) => n);
    const added = this.#add(this.#read.byNumber(fresh));
    for (const { linked } of all) this.#link(linked.link);
    return added;
  }

  #link({ from, to, words }: { from: string; to: string; words: string }): void {
    const cause = this.#nodes.get(hexOf(from));
    const effect = this.#nodes.get(hexOf(to));
    if (cause === undefined || effect === undefined) return;
    if (!cause.links.some((known) => known.to === effect.id))
      cause.links = [...cause.links, { to: effect.id, reason: words }];
  }

  /** @returns those that are new, as far as there is room */
  #add(nodes: readonly TraceNode[]): TraceNode[] {
    const added: TraceNode[] = [];
    for (const node of nodes) {
      if (this.#nodes.has(node.id)) continue;
      if (this.#nodes.size >= this.#most) {
        this.#truncated = true;
        break;
      }
      this.#nodes.set(node.id, node);
      added.push(node);
    }
    return added;
  }
}
