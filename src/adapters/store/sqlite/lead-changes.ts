/** Joins merged changes to the deployment that brought them first to its place, when a rule asks for it. */
import type { Activity } from "../../../domain/activity.ts";
import { shasOfChange } from "../../../domain/metrics/brought.ts";
import type { LeadChange } from "../../../domain/metrics/dora.ts";
import { parseStored } from "./codec.ts";
import { firstPushedMs } from "./commit-pushes.ts";
import { commitsOf } from "./commits-read.ts";
import { blobToSha, nodeIn, shaToBlob } from "./commits-write.ts";
import type { Connection } from "./connection.ts";
import { anchorKey } from "./follow/spans.ts";

const BROUGHT = "SELECT place, sha FROM dora_lead WHERE n = ?";
/** By the first 52 bits of a hash, which two commits may share: what is found is compared as a whole. */
const ON_COMMIT = `SELECT a.n, a.doc, a.actor, a.primary_id, a.deployment_kind, a.start_ms, a.occurred_ms
  FROM anchor k JOIN activity a ON a.n = k.n
  WHERE k.k = ? AND k.place = 1 AND a.kind = 'change' AND a.status = 'succeeded' AND a.counted = 1 LIMIT ?`;
const MOST_ON_ONE = 50;
const FIRST_OF = (count: number): string => `SELECT l.n FROM dora_lead l JOIN activity a ON a.n = l.n
  WHERE l.place = ? AND l.sha IN (${Array(count).fill("?").join(", ")}) ORDER BY l.at_ms, a.id LIMIT 1`;

/** @param n number of the deployment */
export function leadChangesOf(db: Connection, n: number): LeadChange[] {
  const found = new Map<string, LeadChange>();
  for (const row of db.all(BROUGHT, n)) {
    const sha = blobToSha(row["sha"]);
    for (const change of changesOn(db, sha)) {
      if (found.has(change.id)) continue;
      const shas = shasOfChange(change);
      const isFirst = bringerOf(db, row["place"] as number, shas) === n;
      const lead = shas.includes(sha) && isFirst ? leadOf(db, change) : null;
      if (lead !== null) found.set(change.id, lead);
    }
  }
  return [...found.values()].sort((a, b) => a.mergedMs - b.mergedMs || (a.id < b.id ? -1 : 1));
}

const changesOn = (db: Connection, sha: string): Activity[] =>
  db.all(ON_COMMIT, anchorKey(`commit ${sha}`), MOST_ON_ONE).map((row) => parseStored(row).activity);

/** Number of the deployment that brought one of these commits to a place before all others. */
const bringerOf = (db: Connection, place: number, shas: readonly string[]): unknown =>
  db.get(FIRST_OF(shas.length), place, ...shas.map(shaToBlob))?.["n"];

function leadOf(db: Connection, change: Activity): LeadChange | null {
  const { id, startedAt, finishedAt } = change;
  if (finishedAt === null) return null;
  return {
    id,
    openedMs: startedAt === null ? null : Date.parse(startedAt),
    mergedMs: Date.parse(finishedAt),
    firstCommitMs: firstCommitOf(db, change),
  };
}

/**
 * When the earliest commit of its branch was written: of those that its head has and the commit before its merge has not.
 * A branch that was merged without a commit of its own for that does not say where it began: then its pushes may.
 */
function firstCommitOf(db: Connection, { commitSha, tags, repository, ref }: Activity): number | null {
  const merge = tags["mergeCommitSha"]?.toLowerCase();
  const head = commitSha?.toLowerCase();
  if (head === undefined) return null;
  if (merge === undefined || merge === head)
    return repository === null || ref === null ? null : firstPushedMs(db, repository, ref, head);
  const base = nodeIn(db, merge)?.parents?.[0];
  if (base === undefined) return null;
  const range = commitsOf(
    db,
    () => {},
    () => null,
  ).range(base, head);
  if (!range.known) return null;
  const times = range.commits.flatMap(({ authoredAt, committedAt }) => {
    const written = authoredAt ?? committedAt;
    return written === null ? [] : [Date.parse(written)];
  });
  return times.reduce<number | null>((least, ms) => Math.min(least ?? ms, ms), null);
}
