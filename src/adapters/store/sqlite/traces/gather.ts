/**
 * Gathers a trace: from its own activities down to all they led to, and up to all that led to them. Never down again from
 * what was reached upwards, nor up again from what was reached downwards: a deployment of ten changes has ten tickets
 * above it, and none of those tickets has the other nine beside it.
 */
import { INSIDE, isInside, RUNS } from "../../../../domain/trace/inside.ts";
import type { SpanLink } from "../../../../domain/trace/span.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { withNamedParents } from "./named-parents.ts";
import { ActivityReader, type Direction, linkedBy, withSaid } from "./neighbours.ts";
import { NodeReader, type TraceNode } from "./nodes.ts";
import { anySaid } from "./said-links.ts";

export interface Gathered {
  nodes: TraceNode[];
  /** By the id of the cause. */
  links: Map<string, SpanLink[]>;
  truncated: boolean;
}

/** From a ticket to its users there are fewer steps than this. */
const MOST_STEPS = 16;

export class Gathering {
  readonly #db: Connection;
  readonly #nodes = new Map<string, TraceNode>();
  readonly #links = new Map<string, Map<string, string>>();
  readonly #most: number;
  readonly #read: NodeReader;
  readonly #activities: ActivityReader;
  readonly #isAnySaid: boolean;
  /** Everything in it is there from the beginning. */
  #traceId = "";
  #truncated = false;

  constructor(db: Connection, context: ReadContext, most: number) {
    this.#db = db;
    this.#most = most;
    this.#read = new NodeReader(db, context);
    this.#activities = new ActivityReader(db, context);
    this.#isAnySaid = anySaid(db);
  }

  from(traceId: string): Gathered {
    this.#traceId = traceId;
    const own = this.#add(withNamedParents(this.#read.ofTrace(traceId, this.#most + 1), traceId));
    this.#walk(own, "effects");
    this.#walk(own, "causes");
    const links = [...this.#links].map(
      ([from, to]) => [from, [...to].map(([id, reason]) => ({ to: id, reason }))] as const,
    );
    return { nodes: [...this.#nodes.values()], links: new Map(links), truncated: this.#truncated };
  }

  #walk(start: readonly TraceNode[], side: Direction): void {
    let edge = [...start];
    for (let step = 0; step < MOST_STEPS && edge.length > 0; step += 1)
      edge = side === "effects" ? this.#down(edge) : this.#up(edge);
  }

  #down(edge: readonly TraceNode[]): TraceNode[] {
    return [...this.#parts(edge), ...edge.flatMap((node) => this.#linked(node, "effects"))];
  }

  #up(edge: readonly TraceNode[]): TraceNode[] {
    const wanted = edge.flatMap(({ ownParent }) =>
      ownParent === null || this.#nodes.has(ownParent) ? [] : [ownParent],
    );
    const parents = this.#add(this.#read.byId([...new Set(wanted)]));
    const found = [...parents, ...edge.flatMap((node) => this.#linked(node, "causes"))];
    let runs = found.filter(({ kind }) => RUNS.has(kind));
    for (let step = 0; step < MOST_STEPS && runs.length > 0; step += 1) runs = this.#parts(runs, INSIDE);
    return found;
  }

  /** What is a part of these; `kinds` narrows it. */
  #parts(edge: readonly TraceNode[], kinds?: ReadonlySet<string>): TraceNode[] {
    const ids = edge.map(({ id }) => id);
    const parts = this.#read.childrenOf(ids, this.#traceId, this.#most + 1);
    return this.#add(kinds === undefined ? parts : parts.filter(({ kind }) => kinds.has(kind)));
  }

  #linked(node: TraceNode, side: Direction): TraceNode[] {
    const isTied = !isInside(node.kind, node.ownParent);
    if (!isTied && !this.#isAnySaid) return [];
    const activity = this.#activities.byNumber(node.n);
    if (activity === null) return [];
    const { found, truncated } = isTied
      ? linkedBy(this.#db, this.#activities, activity, side)
      : { found: [], truncated: false };
    this.#truncated ||= truncated;
    const all = this.#isAnySaid ? withSaid(this.#db, this.#activities, node.id, side, found) : found;
    const fresh = all.filter(({ linked }) => !this.#nodes.has(linked.activity.id)).map(({ n }) => n);
    const added = this.#add(this.#read.byNumber(fresh));
    for (const { linked } of all) {
      const { from, to, words } = linked.link;
      if (this.#nodes.has(from) && this.#nodes.has(to)) this.#link(from, to, words);
    }
    return added;
  }

  #link(from: string, to: string, words: string): void {
    const known = this.#links.get(from);
    if (known === undefined) this.#links.set(from, new Map([[to, words]]));
    else if (!known.has(to)) known.set(to, words);
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
