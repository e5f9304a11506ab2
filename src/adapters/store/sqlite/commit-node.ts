/** A commit's row as a node of the graph: its parents, its level, and whether all before it is known. */
import type { CommitNode } from "../../../domain/commits/walk.ts";
import type { Connection, Row } from "./connection.ts";

export const shaToBlob = (sha: string): Uint8Array => Buffer.from(sha, "hex");
export const blobToSha = (blob: unknown): string => Buffer.from(blob as Uint8Array).toString("hex");

/** Parents stand one behind the other, as long as the commit's own sha. */
export function parentsIn(row: Row): string[] | null {
  if (row["parents"] === null) return null;
  const all = blobToSha(row["parents"]);
  const length = (row["sha"] as Uint8Array).length * 2;
  return Array.from({ length: all.length / length }, (_, at) => all.slice(at * length, (at + 1) * length));
}

const NODE = "SELECT sha, parents, level, whole FROM commit_seen WHERE sha = ?";

export function nodeIn(db: Connection, sha: string): CommitNode | null {
  const row = db.get(NODE, shaToBlob(sha));
  if (row === undefined) return null;
  return { parents: parentsIn(row), level: row["level"] as number, isWhole: row["whole"] === 1 };
}
