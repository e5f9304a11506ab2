/**
 * Ties through commits: a deployment brought those between what ran before and it; a change is among them by its merge or
 * its head, a ticket by what a message names. Only exact ranges count: what nobody knows ties nothing together.
 */

import type { Activity } from "../../../../domain/activity.ts";
import { isWholeSha } from "../../../../domain/commits/sha.ts";
import { numberedKey, repositoryKey } from "../../../../domain/trace/references.ts";
import { blobToSha, shaToBlob } from "../commits-write.ts";
import type { Connection, Row } from "../connection.ts";
import { anchorKey } from "../follow/spans.ts";

/** The number of another activity, and why. */
export interface Tie {
  n: number;
  words: string;
}

/** What of an activity its commits are found by. */
export type Committed = Pick<Activity, "kind" | "commitSha" | "repository" | "tags">;

/** Commits of one deployment, and activities on one commit, that are looked at. */
export const MOST_COMMITS = 500;
export const MOST_ON_ONE = 50;

const BROUGHT = "SELECT sha FROM dora_lead WHERE n = ? AND role < 2 ORDER BY committed_ms DESC LIMIT ?";
const BROUGHT_BY = `SELECT n, min(at_ms) FROM dora_lead WHERE sha = ? AND role < 2 GROUP BY place LIMIT ?`;
const CHANGES_ON = `SELECT k.n FROM anchor k JOIN activity a ON a.n = k.n
  WHERE k.k = ? AND k.place = 1 AND a.kind = 'change' LIMIT ?`;
const ALL_ON = "SELECT n FROM anchor WHERE k = ? AND place >= 1 ORDER BY place, n DESC LIMIT ?";
const TICKETS = "SELECT n FROM anchor WHERE k = ? AND place = 0 AND gives = 1 LIMIT ?";
const NAMES = `SELECT m.kind, m.ref, s.repository FROM commit_seen s JOIN commit_mention m ON m.n = s.n
  WHERE s.sha = ? AND m.kind IN ('ticket', 'issue')`;
const NAMED_BY = `SELECT s.sha, s.repository FROM commit_mention m JOIN commit_seen s ON s.n = m.n
  WHERE m.kind = ? AND m.ref = ? ORDER BY s.committed_ms DESC LIMIT ?`;

const numbers = (rows: readonly Row[]): number[] => rows.map((row) => row["n"] as number);
const short = (sha: string): string => sha.slice(0, 8);

/** Changes and tickets that a deployment brought; tickets that the commit of a build or a change names. */
export function cameByCommits(db: Connection, { kind, commitSha, tags }: Committed, n: number): Tie[] {
  if (kind === "deployment") {
    const shas = db.all(BROUGHT, n, MOST_COMMITS).map((row) => blobToSha(row["sha"]));
    const own = commitSha === null || shas.includes(commitSha) ? [] : ticketsOf(db, commitSha);
    return [...own, ...shas.flatMap((sha) => [...changesOn(db, sha), ...ticketsOf(db, sha)])];
  }
  if (kind === "ticket" || kind === "sprint") return [];
  const shas = [commitSha, tags["mergeCommitSha"]].filter((sha) => sha !== null && sha !== undefined);
  return shas.flatMap((sha) => ticketsOf(db, sha));
}

/** Deployments that brought a change first, in each place; what was made of the commits that name a ticket. */
export function ledToByCommits(db: Connection, activity: Committed): Tie[] {
  const { kind, commitSha, tags } = activity;
  if (kind === "change") {
    const shas = [tags["mergeCommitSha"], commitSha].filter((sha) => sha !== null && sha !== undefined);
    return shas.flatMap((sha) => deploymentsWith(db, sha));
  }
  if (kind !== "ticket") return [];
  return namingCommits(db, activity).flatMap((sha) => [
    ...numbers(db.all(ALL_ON, anchorKey(`commit ${sha}`), MOST_ON_ONE)).map((n) => ({
      n,
      words: `commit ${short(sha)} names it`,
    })),
    ...deploymentsWith(db, sha),
  ]);
}

const deploymentsWith = (db: Connection, sha: string): Tie[] =>
  isWholeSha(sha)
    ? numbers(db.all(BROUGHT_BY, shaToBlob(sha), MOST_ON_ONE)).map((n) => ({
        n,
        words: `commit ${short(sha)}, which it brought`,
      }))
    : [];

const changesOn = (db: Connection, sha: string): Tie[] =>
  numbers(db.all(CHANGES_ON, anchorKey(`commit ${sha}`), MOST_ON_ONE)).map((n) => ({
    n,
    words: `commit ${short(sha)}, which it brought`,
  }));

/** Tickets that the message of a commit names. */
function ticketsOf(db: Connection, sha: string): Tie[] {
  if (!isWholeSha(sha)) return [];
  return db.all(NAMES, shaToBlob(sha)).flatMap((row) => {
    const ref = row["ref"] as string;
    const key = row["kind"] === "ticket" ? ref : numberedKey(row["repository"] as string | null, ref);
    if (key === null) return [];
    return numbers(db.all(TICKETS, anchorKey(`ticket ${key}`), MOST_ON_ONE)).map((n) => ({
      n,
      words: `commit ${short(sha)} names ${ref}`,
    }));
  });
}

/** Commits whose message names a ticket, newest first. */
function namingCommits(db: Connection, { repository, tags }: Committed): string[] {
  const { key, number } = tags;
  const byKey =
    key === undefined
      ? []
      : db.all(NAMED_BY, "ticket", key.toUpperCase(), MOST_COMMITS).map((row) => row["sha"]);
  const own = repository === null ? null : repositoryKey(repository);
  const byNumber =
    number === undefined || own === null
      ? []
      : db
          .all(NAMED_BY, "issue", number, MOST_COMMITS)
          .filter((row) => row["repository"] !== null && repositoryKey(row["repository"] as string) === own)
          .map((row) => row["sha"]);
  return [...new Set([...byKey, ...byNumber].map(blobToSha))];
}
