/** The facet of commits: what is known of one, and which lie between two. */
import type { Actor } from "../../../domain/activity.ts";
import { mentionsOf, withPersons } from "../../../domain/commits/mentions.ts";
import { type CommitNode, commitsBetween, isReachable } from "../../../domain/commits/walk.ts";
import type { CommitRange, Commits, NamedWork, StoredCommit } from "../../../ports/commits.ts";
import { linesOf } from "./commit-lines.ts";
import { blobToSha, nodeIn, parentsIn, shaToBlob } from "./commit-node.ts";
import { takingBack } from "./commits-taken-back.ts";
import type { Connection, Row } from "./connection.ts";

type PersonOf = (id: string) => Actor | null;

/** So many shas an answer names that could not be known. */
const MOST_NAMED = 10;
const SHORTEST = 4;

const isoOf = (value: unknown): string | null =>
  typeof value === "number" ? new Date(value).toISOString() : null;

export const sayPerson = ({ name, login }: Actor): string =>
  name === null ? (login ?? "somebody") : `${name}${login === null ? "" : ` <${login}>`}`;

/** A forgotten person has no name any more. */
const FORGOTTEN = "somebody";

function toCommit(row: Row, personOf: PersonOf): StoredCommit {
  const author = row["author"] as string | null;
  const stored = row["message"] as string | null;
  const nameOf = (id: string): string => {
    const person = personOf(id);
    return person === null ? FORGOTTEN : sayPerson(person);
  };
  const message =
    stored === null ? null : withPersons(stored, (id) => (id.startsWith("p-") ? nameOf(id) : id));
  const { coAuthors, ...mentions } = mentionsOf(message);
  return {
    sha: blobToSha(row["sha"]),
    parents: parentsIn(row),
    committedAt: isoOf(row["committed_ms"]),
    authoredAt: isoOf(row["authored_ms"]),
    author: author === null ? null : personOf(author),
    message,
    url: row["url"] as string | null,
    repository: row["repository"] as string | null,
    mentions,
    coAuthors: coAuthors.filter(({ name, login }) => name !== FORGOTTEN || login !== null),
  };
}

const ONE = "SELECT * FROM commit_seen WHERE sha = ?";
const COMPARED = `SELECT total, behind,
  (SELECT count(*) FROM commit_compared_sha s WHERE s.base = c.base AND s.head = c.head) AS here
  FROM commit_compared c WHERE base = ? AND head = ?`;
const COMPARED_COMMITS = `SELECT k.* FROM commit_compared_sha s JOIN commit_seen k ON k.sha = s.sha
  WHERE s.base = ? AND s.head = ? ORDER BY k.level DESC, k.committed_ms DESC, k.sha`;

interface Answer {
  shas: readonly string[];
  behind: number | null;
}

export function commitsOf(
  db: Connection,
  catchUp: () => void,
  personOf: PersonOf,
): Omit<Commits, keyof NamedWork> {
  const get = (sha: string): StoredCommit | null => {
    const row = db.get(ONE, shaToBlob(sha));
    return row === undefined ? null : toCommit(row, personOf);
  };
  /** What the graph says; where it cannot, what a forge said. */
  const between = (base: string | null, head: string): Answer | { missing: readonly string[] } => {
    const lookUp = remembering(db);
    const found = commitsBetween(lookUp, base, head);
    if (found.known) return { shas: found.shas, behind: behindOf(lookUp, base, head) };
    const said = base === null ? null : comparedOf(db, base, head);
    return said ?? { missing: found.missing.slice(0, MOST_NAMED) };
  };
  return {
    get: (sha) => {
      catchUp();
      return get(sha.toLowerCase());
    },
    find: (start, limit) => {
      catchUp();
      const hex = start.toLowerCase();
      if (!/^[0-9a-f]+$/.test(hex) || hex.length < SHORTEST || hex.length > 64) return [];
      const low = Buffer.from(hex.length % 2 === 0 ? hex : `${hex}0`, "hex");
      const high = Buffer.from(hex.padEnd(66, "f"), "hex");
      const rows = db.all("SELECT * FROM commit_seen WHERE sha >= ? AND sha <= ? LIMIT ?", low, high, limit);
      return rows.map((row) => toCommit(row, personOf));
    },
    range: (base, head): CommitRange => {
      catchUp();
      const found = between(base, head);
      if ("missing" in found) return { known: false, missing: found.missing };
      return { known: true, commits: found.shas.flatMap((sha) => get(sha) ?? []), behind: found.behind };
    },
    count: (base, head) => {
      catchUp();
      const found = between(base, head);
      return "missing" in found ? null : found.shas.length;
    },
    ...linesOf(db, catchUp),
    isIn: (head, sha) => {
      catchUp();
      const found = isReachable(remembering(db), head, sha);
      if (found.known) return found;
      // Nothing is behind: what was the base then is part of the head.
      const said = comparedOf(db, sha, head)?.behind === 0;
      return said
        ? { known: true, reaches: true }
        : { ...found, missing: found.missing.slice(0, MOST_NAMED) };
    },
    mentioning: (kind, ref, limit) => {
      catchUp();
      const rows = db.all(
        `SELECT k.* FROM commit_mention m JOIN commit_seen k ON k.n = m.n WHERE m.kind = ? AND m.ref = ?
         ORDER BY k.committed_ms DESC LIMIT ?`,
        kind,
        ref,
        limit,
      );
      return rows.map((row) => toCommit(row, personOf));
    },
    takingBack: (sha) => {
      catchUp();
      return takingBack(db, sha.toLowerCase()).map((row) => toCommit(row, personOf));
    },
    unknown: (shas) => {
      catchUp();
      return shas.filter((sha) => (nodeIn(db, sha)?.parents ?? null) === null);
    },
  };
}

/** One walk asks for a commit several times. */
function remembering(db: Connection): (sha: string) => CommitNode | null {
  const known = new Map<string, CommitNode | null>();
  return (sha) => {
    const seen = known.get(sha);
    if (seen !== undefined) return seen;
    const node = nodeIn(db, sha);
    known.set(sha, node);
    return node;
  };
}

function behindOf(
  lookUp: (sha: string) => CommitNode | null,
  base: string | null,
  head: string,
): number | null {
  if (base === null) return 0;
  const back = commitsBetween(lookUp, head, base);
  return back.known ? back.shas.length : null;
}

/** `null` = no forge said it, or not all of it has come. */
function comparedOf(db: Connection, base: string, head: string): Answer | null {
  const pair = [shaToBlob(base), shaToBlob(head)] as const;
  const row = db.get(COMPARED, ...pair);
  if (row === undefined || row["total"] !== row["here"]) return null;
  const shas = db.all(COMPARED_COMMITS, ...pair).map((each) => blobToSha(each["sha"]));
  return shas.length === row["total"] ? { shas, behind: row["behind"] as number | null } : null;
}
