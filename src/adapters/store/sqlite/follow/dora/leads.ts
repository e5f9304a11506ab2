/** Finds the commits that a deployment brought, and keeps which deployment of a place brought each of them first. */
import { LEAD_REASONS, type LeadReason } from "../../../../../domain/metrics/dora.ts";
import { commitsOf } from "../../commits-read.ts";
import { blobToSha, shaToBlob } from "../../commits-write.ts";
import type { Connection } from "../../connection.ts";
import type { Former, Standing } from "./neighbours.ts";

export const REASON_NAMES = Object.keys(LEAD_REASONS) as LeadReason[];

/** The commits of one deployment, or why they are not known. Agreed upon with whoever knows commits. */
export interface CommitsOf {
  commits: ReadonlyArray<{ sha: string; committedMs: number }>;
  reason: LeadReason | null;
  /** Commits that would have to be known first: one is enough, then it is asked again; and the head, which a forge compares. */
  waitsFor: readonly string[];
}

const nothing = (reason: LeadReason, waitsFor: readonly string[] = []): CommitsOf => ({
  commits: [],
  reason,
  waitsFor,
});

/** @param previous what changed the place before; `null` = none: with an unknown base nothing is guessed */
export function commitsOfDeployment(db: Connection, own: Standing, previous: Former | null): CommitsOf {
  const head = own.activity.commitSha;
  if (previous === null) return nothing("first");
  if (head === null) return nothing("no-commit");
  const base = previous.commitSha;
  if (base === null) return nothing("base-no-commit");
  const range = commitsOf(
    db,
    () => {},
    () => null,
  ).range(base, head);
  if (!range.known) return nothing("unknown", [...new Set([...range.missing.slice(0, 1), head])]);
  const plain = range.commits.filter(({ parents }) => (parents?.length ?? 0) < 2);
  const untimed = plain.filter(({ committedAt }) => committedAt === null).map(({ sha }) => sha);
  const commits = plain.flatMap(({ sha, committedAt }) =>
    committedAt === null ? [] : [{ sha, committedMs: Date.parse(committedAt) }],
  );
  return { commits, reason: commits.length === 0 ? "none" : null, waitsFor: untimed };
}

interface Kept {
  place: number;
  n: number;
  atMs: number;
}

/** Writes what a deployment brought. @returns other deployments of the place that brought one of the commits that came or went */
export function keepLeads(db: Connection, { place, n, atMs }: Kept, found: CommitsOf): number[] {
  const former = db.all("SELECT place, sha, at_ms, committed_ms FROM dora_lead WHERE n = ?", n);
  const word = (at: number, sha: string, ms: number, time: number): string => `${at} ${sha} ${ms} ${time}`;
  const was = new Set(
    former.map((row) =>
      word(
        row["place"] as number,
        blobToSha(row["sha"]),
        row["committed_ms"] as number,
        row["at_ms"] as number,
      ),
    ),
  );
  const is = new Set(found.commits.map(({ sha, committedMs }) => word(place, sha, committedMs, atMs)));
  keepWaiting(db, n, found.waitsFor);
  const changed = [...was].filter((each) => !is.has(each)).concat([...is].filter((each) => !was.has(each)));
  if (changed.length === 0) return [];
  db.run("DELETE FROM dora_lead WHERE n = ?", n);
  for (const { sha, committedMs } of found.commits)
    db.run(
      "INSERT OR REPLACE INTO dora_lead VALUES (?, ?, ?, ?, ?)",
      place,
      shaToBlob(sha),
      n,
      atMs,
      committedMs,
    );
  const others = changed.flatMap((each) => {
    const [at, sha = ""] = each.split(" ");
    return db.all(
      "SELECT n FROM dora_lead WHERE place = ? AND sha = ? AND n <> ?",
      Number(at),
      shaToBlob(sha),
      n,
    );
  });
  return [...new Set(others.map((row) => row["n"] as number))];
}

function keepWaiting(db: Connection, n: number, waitsFor: readonly string[]): void {
  const former = db.all("SELECT sha FROM dora_waiting WHERE n = ?", n).map((row) => blobToSha(row["sha"]));
  if (former.length === waitsFor.length && former.every((sha) => waitsFor.includes(sha))) return;
  db.run("DELETE FROM dora_waiting WHERE n = ?", n);
  for (const sha of waitsFor) db.run("INSERT OR IGNORE INTO dora_waiting VALUES (?, ?)", shaToBlob(sha), n);
}

const FIRST = `SELECT l.sha, l.committed_ms FROM dora_lead l WHERE l.n = ? AND NOT EXISTS (
  SELECT 1 FROM dora_lead o JOIN activity oa ON oa.n = o.n JOIN activity la ON la.n = l.n
  WHERE o.place = l.place AND o.sha = l.sha AND o.n <> l.n
    AND (o.at_ms < l.at_ms OR o.at_ms = l.at_ms AND oa.id < la.id)) ORDER BY l.committed_ms, l.sha`;

/** The commits that this deployment brought before all others of its place: what was live there already is not new. */
export const firstLeads = (db: Connection, n: number): Array<{ sha: string; committedMs: number }> =>
  db.all(FIRST, n).map((row) => ({
    sha: blobToSha(row["sha"]),
    committedMs: row["committed_ms"] as number,
  }));
