/** Levels and wholeness of commits in the store: what changes around a commit that has become known, or whose parents have. */
import { mendLevels, type Ranked, type Ranks } from "../../../domain/commits/levels.ts";
import { isWholeBy } from "../../../domain/commits/walk.ts";
import { nodeIn, parentsIn, shaToBlob } from "./commit-node.ts";
import type { Connection, Row } from "./connection.ts";

const RANK = "SELECT n, level FROM commit_seen WHERE sha = ?";
const PARENTS = "SELECT sha, parents FROM commit_seen WHERE n = ?";
const CHILDREN_OF = "FROM commit_child c JOIN commit_seen s ON s.n = c.child WHERE c.parent";
const CHILDREN = `SELECT s.n, s.level, s.sha ${CHILDREN_OF} = ?`;
const CHILDREN_BY_NUMBER = `SELECT s.n, s.level ${CHILDREN_OF} = (SELECT sha FROM commit_seen WHERE n = ?)`;
const NOT_WHOLE = `SELECT s.n, s.sha, s.parents ${CHILDREN_OF} = ? AND s.whole = 0`;

const ranked = (row: Row): Ranked => ({ n: row["n"] as number, level: row["level"] as number });

function rankOf(db: Connection, sha: Uint8Array): Ranked | null {
  const row = db.get(RANK, sha);
  return row === undefined ? null : ranked(row);
}

/** Those that are known. */
export const parentsKnown = (db: Connection, parents: readonly string[]): Ranked[] =>
  parents.flatMap((parent) => rankOf(db, shaToBlob(parent)) ?? []);

/** Those that named it, also before it was known. */
export const childrenKnown = (db: Connection, sha: Uint8Array): Ranked[] => db.all(CHILDREN, sha).map(ranked);

const ranksIn = (db: Connection): Ranks => ({
  childrenOf: (n) => db.all(CHILDREN_BY_NUMBER, n).map(ranked),
  parentsOf: (n) => parentsKnown(db, parentsIn(db.get(PARENTS, n) ?? { parents: null }) ?? []),
});

/** It, its parents and its children stand in order again, and who now has all before it is marked. */
export function settleAround(db: Connection, sha: Uint8Array, parents: readonly string[] | null): void {
  for (const parent of parents ?? []) mend(db, shaToBlob(parent), sha);
  for (const row of db.all(CHILDREN, sha)) mend(db, sha, row["sha"] as Uint8Array);
  if (isWholeBy(parents, (each) => nodeIn(db, each))) spreadWhole(db, sha);
}

function mend(db: Connection, parent: Uint8Array, child: Uint8Array): void {
  const [below, above] = [rankOf(db, parent), rankOf(db, child)];
  if (below === null || above === null) return;
  for (const [n, level] of mendLevels(ranksIn(db), below, above))
    db.run("UPDATE commit_seen SET level = ? WHERE n = ?", level, n);
}

/** A commit becomes whole once and stays so, so all of this costs each commit once. */
function spreadWhole(db: Connection, sha: Uint8Array): void {
  db.run("UPDATE commit_seen SET whole = 1 WHERE sha = ? AND whole = 0", sha);
  const open = [sha];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const row of db.all(NOT_WHOLE, at)) {
      if (!isWholeBy(parentsIn(row), (each) => nodeIn(db, each))) continue;
      db.run("UPDATE commit_seen SET whole = 1 WHERE n = ?", row["n"] as number);
      open.push(row["sha"] as Uint8Array);
    }
  }
}
