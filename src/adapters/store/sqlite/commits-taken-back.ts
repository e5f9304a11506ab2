/** Finds the commits that take another back: by its sha, or by that of a merge that brought it. */
import { isReachable } from "../../../domain/commits/walk.ts";
import { blobToSha, nodeIn, parentsIn, shaToBlob } from "./commit-node.ts";
import type { Connection, Row } from "./connection.ts";

/** As many hex digits as `mentionsOf` takes for a short sha. */
const SHORTEST = 7;
const MOST = 50;
const MOST_MERGES = 1000;

const OF_REFS = `SELECT k.* FROM commit_mention m JOIN commit_seen k ON k.n = m.n
  WHERE m.kind = 'revert' AND m.ref IN (SELECT value FROM json_each(?)) ORDER BY k.committed_ms DESC LIMIT ${MOST}`;
/** Merges that were taken back, with the commit that does it. */
const OF_MERGES = `SELECT t.sha AS merged, t.parents AS merged_parents, k.*
  FROM (SELECT ref, n FROM commit_mention WHERE kind = 'revert' ORDER BY n DESC LIMIT ${MOST_MERGES}) m
  JOIN commit_seen t ON t.sha = unhex(m.ref) JOIN commit_seen k ON k.n = m.n
  WHERE length(t.parents) > length(t.sha) ORDER BY k.committed_ms DESC`;

export function takingBack(db: Connection, sha: string): Row[] {
  const starts = Array.from({ length: sha.length - SHORTEST + 1 }, (_, at) => sha.slice(0, SHORTEST + at));
  const rows = [...db.all(OF_REFS, JSON.stringify(starts)), ...ofMerges(db, sha)];
  return [...new Map(rows.map((row) => [row["n"], row])).values()].slice(0, MOST);
}

function ofMerges(db: Connection, sha: string): Row[] {
  if (db.get("SELECT 1 FROM commit_seen WHERE sha = ?", shaToBlob(sha)) === undefined) return [];
  return db.all(OF_MERGES).filter((row) => isBroughtBy(db, row, sha));
}

/** What a merge brought was in the branch, and not in the trunk. */
function isBroughtBy(db: Connection, row: Row, sha: string): boolean {
  const merged = row["merged"] as Uint8Array;
  if (blobToSha(merged) === sha) return false; // found by its sha
  const [trunk, ...branches] = parentsIn({ sha: merged, parents: row["merged_parents"] ?? null }) ?? [];
  const has = (head: string): boolean | null => {
    const found = isReachable((each) => nodeIn(db, each), head, sha);
    return found.known ? found.reaches : null;
  };
  return trunk !== undefined && branches.some((branch) => has(branch) === true) && has(trunk) === false;
}
