/**
 * How thousands of activities hang together: found in the same way as `Gathering` follows one trace, but level by level for
 * all of them at once. A generator: whoever drives it may rest at each step.
 */
import { REASONS } from "../../../../domain/trace/anchors.ts";
import { isInside } from "../../../../domain/trace/inside.ts";
import { fitsInTime } from "../../../../domain/trace/join.ts";
import { followedByTrace, headsOf } from "../../../../domain/trace/work.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { type Committed, cameByCommits, ledToByCommits } from "./by-commits.ts";
import { SaidTies } from "./said-ties.ts";
import { type TiedNode, TiedNodes } from "./tied-nodes.ts";

/** Activities that are read at once; between two such steps others may work. */
const STEP = 200;
/** From a ticket to its users there are fewer links than this. */
const MOST_STEPS = 16;

/** A tie that was found; whether it holds is seen when both ends are read. */
interface Found {
  cause: number;
  effect: number;
  /** Number of its reason, for those that depend on time. */
  reason: number | null;
}

export class Ties {
  readonly effects = new Map<number, Set<number>>();
  readonly #db: Connection;
  readonly #read: TiedNodes;
  readonly #said: SaidTies;
  readonly #areCommitsKnown: boolean;

  constructor(db: Connection, context: ReadContext, most: number) {
    this.#db = db;
    this.#read = new TiedNodes(db, context, most);
    this.#said = new SaidTies(db);
    this.#areCommitsKnown = ["dora_lead", "commit_mention"].some(
      (table) => db.get(`SELECT 1 FROM ${table} LIMIT 1`) !== undefined,
    );
  }

  get nodes(): ReadonlyMap<number, TiedNode> {
    return this.#read.byNumber;
  }

  /** There is more than may be read. */
  get truncated(): boolean {
    return this.#read.truncated;
  }

  /** From some activities up to what led to them, then down to all that this led to. @returns what pieces begin with */
  *from(seeds: readonly number[]): Generator<undefined, TiedNode[]> {
    yield* this.#load(seeds);
    yield* this.#follow(this.#known(seeds), (nodes) => this.#up(nodes));
    for (const [cause, effect] of followedByTrace(this.nodes, this.effects)) this.#tie(cause, effect);
    yield;
    const heads = this.#known(headsOf(this.nodes, this.effects).map(({ n }) => n));
    yield;
    yield* this.#follow(heads, (nodes) => this.#down(nodes));
    return heads;
  }

  *#load(numbers: readonly number[]): Generator<undefined> {
    for (let from = 0; from < numbers.length; from += STEP) {
      this.#read.read(numbers.slice(from, from + STEP));
      yield;
    }
  }

  #known(numbers: Iterable<number>): TiedNode[] {
    return [...numbers].flatMap((n) => this.nodes.get(n) ?? []);
  }

  /** Level by level, each activity once. */
  *#follow(start: readonly TiedNode[], look: (nodes: readonly TiedNode[]) => Found[]): Generator<undefined> {
    const seen = new Set(start);
    let edge = [...start];
    for (let level = 0; level < MOST_STEPS && edge.length > 0; level += 1) {
      const reached = new Set<number>();
      for (let from = 0; from < edge.length; from += STEP) {
        const found = look(edge.slice(from, from + STEP));
        this.#read.read(found.flatMap(({ cause, effect }) => [cause, effect]));
        for (const tie of found)
          if (this.#holds(tie) && this.#tie(tie.cause, tie.effect)) reached.add(tie.cause).add(tie.effect);
        yield;
      }
      edge = this.#known(reached).filter((node) => !seen.has(node));
      for (const node of edge) seen.add(node);
    }
  }

  #holds({ cause, effect, reason }: Found): boolean {
    const [from, to] = [this.nodes.get(cause), this.nodes.get(effect)];
    if (from === undefined || to === undefined || from === to) return false;
    const word = reason === null ? undefined : REASONS[reason];
    return word === undefined || fitsInTime(from, to, word);
  }

  /** @returns whether nobody cut it */
  #tie(cause: number, effect: number): boolean {
    const [from, to] = [this.nodes.get(cause), this.nodes.get(effect)];
    if (from === undefined || to === undefined || this.#said.isCut(from.id, to.id)) return false;
    const known = this.effects.get(cause);
    if (known === undefined) this.effects.set(cause, new Set([effect]));
    else known.add(effect);
    return true;
  }

  #up(nodes: readonly TiedNode[]): Found[] {
    const above = nodes.map(
      (node) => [node, [node.parent ?? [], this.#said.causesOf(node.id)].flat()] as const,
    );
    this.#read.readIds([...new Set(above.flatMap(([, ids]) => ids))]);
    const found = above.flatMap(([{ n }, ids]) =>
      ids
        .flatMap((id) => this.#read.numberOf(id) ?? [])
        .map((cause): Found => ({ cause, effect: n, reason: null })),
    );
    for (const node of nodes) {
      for (const { k, place, reason } of this.#read.carriedBy(node)) {
        for (const giver of this.#read.giversOf(k))
          if (giver.place < place && giver.n !== node.n)
            found.push({ cause: giver.n, effect: node.n, reason });
      }
      for (const cause of this.#byCommits(node, cameByCommits))
        found.push({ cause, effect: node.n, reason: null });
    }
    return found;
  }

  #down(nodes: readonly TiedNode[]): Found[] {
    const parts = this.#read.partsOf(nodes);
    this.#read.read(parts);
    this.#read.readIds(nodes.flatMap(({ id }) => this.#said.effectsOf(id)));
    const found = this.#known(parts).flatMap(({ n, parent }): Found[] => {
      const cause = this.#read.numberOf(parent);
      return cause === undefined ? [] : [{ cause, effect: n, reason: null }];
    });
    for (const node of nodes) {
      const known = [...(this.effects.get(node.n) ?? []), ...this.#byCommits(node, ledToByCommits)];
      const said = this.#said.effectsOf(node.id).flatMap((id) => this.#read.numberOf(id) ?? []);
      for (const effect of [...known, ...said]) found.push({ cause: node.n, effect, reason: null });
      for (const { k, place, gives } of this.#read.carriedBy(node)) {
        for (const { n, place: other, reason } of gives ? this.#read.carriersOf(k) : [])
          if (other > place && n !== node.n) found.push({ cause: node.n, effect: n, reason });
      }
    }
    return found;
  }

  #byCommits(
    { n, kind, parent, committed }: TiedNode,
    ask: (db: Connection, activity: Committed, n: number) => ReadonlyArray<{ n: number }>,
  ): number[] {
    if (!this.#areCommitsKnown || isInside(kind, parent)) return [];
    return ask(this.#db, committed, n).map((tie) => tie.n);
  }
}
