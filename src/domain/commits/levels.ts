/** Keeps the level of each commit above those of its parents, in whatever order commits and their parents become known. Pure. */
import { Nearest } from "./nearest.ts";

/** A commit by its number in the store. */
export interface Ranked {
  n: number;
  level: number;
}

/** The known neighbours of a commit. */
export interface Ranks {
  childrenOf(n: number): readonly Ranked[];
  parentsOf(n: number): readonly Ranked[];
}

/** The level of a commit that nothing is known around. */
const ALONE = 1;

/** Where a new commit begins: above its parents; without known ones just below its children, so that nothing has to move. */
export function levelBeside(parents: readonly Ranked[], children: readonly Ranked[]): number {
  const level = (each: Ranked): number => each.level;
  if (parents.length > 0) return Math.max(...parents.map(level)) + 1;
  return children.length > 0 ? Math.min(...children.map(level)) - 1 : ALONE;
}

/** One way to mend: what has to move, nearest first, so that each is looked at once. */
class Shift {
  readonly levels = new Map<number, number>();
  /** Edges that were looked at. */
  work = 0;
  readonly #next: (n: number) => readonly Ranked[];
  readonly #by: 1 | -1;
  readonly #open = new Nearest<number>();

  constructor(start: Ranked, level: number, by: 1 | -1, next: (n: number) => readonly Ranked[]) {
    this.#next = next;
    this.#by = by;
    this.#move(start, level);
  }

  get isDone(): boolean {
    return this.#open.first === null;
  }

  step(): void {
    const n = this.#open.take();
    if (n === null) return;
    const level = this.levels.get(n) ?? 0;
    const around = this.#next(n);
    this.work += 1 + around.length;
    for (const each of around) {
      const planned = this.levels.get(each.n) ?? each.level;
      if ((planned - level) * this.#by <= 0) this.#move(each, level + this.#by);
    }
  }

  #move({ n, level }: Ranked, to: number): void {
    if (!this.levels.has(n)) this.#open.put(n, level * this.#by);
    this.levels.set(n, to);
  }
}

/**
 * The levels to change so that a child stands above a parent. Either all that stands on the child rises, or all that the
 * parent stands on sinks: both are tried in turns, and what ends first is done. So two histories of any length are joined
 * at the cost of the shorter one, and a history costs about its length in whatever order it is told.
 * The other edges must hold, and the parent must not be reachable from the child's side (`wouldCircle`).
 */
export function mendLevels(ranks: Ranks, parent: Ranked, child: Ranked): ReadonlyMap<number, number> {
  if (child.level > parent.level) return new Map();
  const rise = new Shift(child, parent.level + 1, 1, (n) => ranks.childrenOf(n));
  const sink = new Shift(parent, child.level - 1, -1, (n) => ranks.parentsOf(n));
  for (;;) {
    const next = sink.work <= rise.work ? sink : rise;
    next.step();
    if (next.isDone) return next.levels;
  }
}
