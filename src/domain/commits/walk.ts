/** Walks the graph of commits: what is reachable from one and not from another, exactly or not at all. Pure. */
import { Nearest } from "./nearest.ts";

export interface CommitNode {
  /** `null` = known to exist, but nobody has said what is before it. */
  parents: readonly string[] | null;
  /** Higher than that of every known parent; any whole number. */
  level: number;
  /** Every ancestor of it is known. */
  isWhole: boolean;
}

/** Whether every ancestor is known, by the parents. */
export const isWholeBy = (parents: readonly string[] | null, lookUp: LookUp): boolean =>
  parents?.every((parent) => lookUp(parent)?.isWhole === true) ?? false;

/** `null` = the commit is not known. */
export type LookUp = (sha: string) => CommitNode | null;

export type Range =
  | { known: true; shas: readonly string[] }
  /** Commits without which nobody can say. */
  | { known: false; missing: readonly string[] };

export type Reach = { known: true; reaches: boolean } | { known: false; missing: readonly string[] };

/** From the highest level down: when a commit comes, everything that leads to it has come. */
class Frontier {
  readonly #byLevel = new Map<number, string[]>();
  readonly #levels = new Nearest<number>();

  push(sha: string, level: number): void {
    const list = this.#byLevel.get(level);
    if (list !== undefined) list.push(sha);
    else {
      this.#byLevel.set(level, [sha]);
      this.#levels.put(level, -level);
    }
  }

  pop(): string | null {
    for (let top = this.#levels.first; top !== null; top = this.#levels.first) {
      const sha = this.#byLevel.get(top)?.pop();
      if (sha !== undefined) return sha;
      this.#byLevel.delete(top);
      this.#levels.take();
    }
    return null;
  }
}

interface Walked {
  /** What was looked at, in the order of levels: children before their parents. */
  nodes: ReadonlyMap<string, CommitNode>;
  /** Reached from the base. */
  old: ReadonlySet<string>;
  /** Met, but not known; or known without what is before it. */
  missing: ReadonlySet<string>;
}

/**
 * Follows both sides until only what the base has too is left; of that, goes on where something is not known, because
 * there may be more behind it.
 */
function walk(lookUp: LookUp, base: string | null, head: string): Walked {
  const nodes = new Map<string, CommitNode>();
  const old = new Set<string>(base === null ? [] : [base]);
  const missing = new Set<string>();
  const frontier = new Frontier();
  const waiting = new Map<string, CommitNode>();
  let fresh = 0;
  let isAsked = false;
  const meet = (sha: string): void => {
    if (waiting.has(sha) || nodes.has(sha) || missing.has(sha)) return;
    const node = lookUp(sha);
    if (node === null) {
      missing.add(sha);
      return;
    }
    waiting.set(sha, node);
    frontier.push(sha, node.level);
    if (!old.has(sha)) fresh += 1;
  };
  if (base !== null) meet(base);
  meet(head);
  for (let sha = frontier.pop(); sha !== null; sha = frontier.pop()) {
    const node = waiting.get(sha);
    waiting.delete(sha);
    if (node === undefined) continue;
    const isOld = old.has(sha);
    if (isOld && fresh === 0) {
      if (node.isWhole) continue;
      if (!isAsked) {
        isAsked = true;
        if (isDecided(base, { nodes, old, missing })) break;
      }
    }
    nodes.set(sha, node);
    if (!isOld) fresh -= 1;
    if (node.parents === null) missing.add(sha);
    for (const parent of node.parents ?? []) {
      if (isOld && !old.has(parent)) {
        old.add(parent);
        if (waiting.has(parent)) fresh -= 1;
      }
      meet(parent);
    }
  }
  return { nodes, old, missing };
}

/** All that is new lies on top of the base: what is not known below it cannot change that. */
function isDecided(base: string | null, { nodes, old, missing }: Walked): boolean {
  if (base === null || [...missing].some((sha) => !old.has(sha))) return false;
  const leading = leadingTo(base, nodes);
  return [...nodes.keys()].every((sha) => old.has(sha) || leading.has(sha));
}

/**
 * Whether what is not known could change that these commits are new: not where each of them leads to it, because nothing
 * is an ancestor of its own ancestor.
 */
function couldHold(unknown: string, fresh: readonly string[], nodes: Walked["nodes"]): boolean {
  const leading = leadingTo(unknown, nodes);
  return fresh.some((sha) => !leading.has(sha));
}

/** Parents come after their children in `nodes`, so one pass from the end is enough. */
function leadingTo(sha: string, nodes: Walked["nodes"]): Set<string> {
  const leading = new Set([sha]);
  for (const [each, { parents }] of [...nodes].reverse())
    if (parents?.some((parent) => leading.has(parent))) leading.add(each);
  return leading;
}

/**
 * The commits that are reachable from `head` and not from `base` (`git rev-list base..head`), children before their
 * parents. @param base `null` = everything up to the first commit
 */
export function commitsBetween(lookUp: LookUp, base: string | null, head: string): Range {
  if (base === head) return { known: true, shas: [] };
  const unknown = [head, ...(base === null ? [] : [base])].filter((sha) => lookUp(sha) === null);
  if (unknown.length > 0) return { known: false, missing: unknown };
  const { nodes, old, missing } = walk(lookUp, base, head);
  const shas = [...nodes.keys()].filter((sha) => !old.has(sha));
  const unsaid = [...missing].filter((sha) => !old.has(sha));
  const lacking = unsaid.length > 0 ? unsaid : [...missing].filter((sha) => couldHold(sha, shas, nodes));
  return lacking.length === 0 ? { known: true, shas } : { known: false, missing: lacking };
}

/** Whether `sha` is `from` or an ancestor of it. */
export function isReachable(lookUp: LookUp, from: string, sha: string): Reach {
  const wanted = lookUp(sha);
  const level = wanted?.level ?? Number.NEGATIVE_INFINITY;
  if (search(lookUp, from, sha, (node) => node.level > level).reaches) return { known: true, reaches: true };
  const { missing } = search(lookUp, from, sha, (node) => !node.isWhole);
  if (missing.size === 0) return { known: true, reaches: false };
  const below = wanted === null ? null : walk(lookUp, null, sha).nodes;
  const lacking = [...missing].filter((each) => below === null || !leadingTo(each, below).has(sha));
  return lacking.length === 0 ? { known: true, reaches: false } : { known: false, missing: lacking };
}

/**
 * Whether a commit whose parents are not known yet would become its own ancestor by these: no history has that, so
 * whoever says so is wrong. @param level of the lowest of its children: what leads to it does not stand lower
 */
export const wouldCircle = (
  lookUp: LookUp,
  sha: string,
  { parents, level }: { parents: readonly string[]; level: number },
): boolean =>
  parents.some(
    (parent) => search(lookUp, parent, sha, (node) => !node.isWhole && node.level >= level).reaches,
  );

/** Goes only through commits that are `followed`. */
function search(
  lookUp: LookUp,
  from: string,
  sha: string,
  isFollowed: (node: CommitNode) => boolean,
): { reaches: boolean; missing: ReadonlySet<string> } {
  const seen = new Set<string>();
  const missing = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === sha) return { reaches: true, missing };
    if (seen.has(at)) continue;
    seen.add(at);
    const node = lookUp(at);
    if (node === null || node.parents === null) missing.add(at);
    else if (isFollowed(node)) open.push(...node.parents);
  }
  return { reaches: false, missing };
}
