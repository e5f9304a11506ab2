/** Finds the commits that a deployment brought, and keeps which deployment of a place brought each of them first. */
import { isWholeSha } from "../../../../../domain/commits/sha.ts";
import { LEAD_REASONS, type LeadReason } from "../../../../../domain/metrics/dora.ts";
import type { StoredCommit } from "../../../../../ports/commits.ts";
import { commitsOf } from "../../commits-read.ts";
import { blobToSha, shaToBlob } from "../../commits-write.ts";
import type { Connection } from "../../connection.ts";
import type { Former, Standing } from "./neighbours.ts";
import { ROLES, type Role } from "./tables.ts";
import { commitOfVersion } from "./version-commit.ts";

export const REASON_NAMES = Object.keys(LEAD_REASONS) as LeadReason[];

export interface BroughtCommit {
  sha: string;
  /** 0 = not known; never for one whose lead time counts. */
  committedMs: number;
  role: Role;
  message: string | null;
}

/** The commits of one deployment, or why they are not known. */
export interface CommitsOf {
  commits: readonly BroughtCommit[];
  reason: LeadReason | null;
  /** Commits that would have to be known first: one is enough, then it is asked again; and the head, which a forge compares. */
  waitsFor: readonly string[];
}

/** @param previous what changed the place before; `null` = none: with an unknown base nothing is guessed */
export function commitsOfDeployment(db: Connection, own: Standing, previous: Former | null): CommitsOf {
  const { service, version, commitSha } = own.activity;
  const told = commitOfVersion(db, service ?? "", version);
  const head = commitSha ?? told.sha;
  const known = commitsOf(
    db,
    () => {},
    () => null,
  );
  const onlyHead = (reason: LeadReason, waitsFor: readonly string[] = []): CommitsOf => {
    if (head === null || !isWholeSha(head)) return { commits: [], reason, waitsFor };
    const message = known.get(head)?.message ?? null;
    return { commits: [{ sha: head, committedMs: 0, role: "head", message }], reason, waitsFor };
  };
  if (previous === null) return onlyHead("first");
  if (head === null) return onlyHead(told.several ? "several" : "no-commit");
  const base = previous.commitSha;
  if (base === null) return onlyHead("base-no-commit");
  const range = known.range(base, head);
  if (!range.known) return onlyHead("unknown", [...new Set([...range.missing.slice(0, 1), head])]);
  const commits = range.commits.map(broughtIn);
  const timed = commits.filter(({ role, committedMs }) => role === "merge" || committedMs > 0);
  const untimed = commits.filter((each) => !timed.includes(each)).map(({ sha }) => sha);
  const isNone = timed.every(({ role }) => role === "merge");
  return { commits: timed, reason: isNone ? "none" : null, waitsFor: untimed };
}

const broughtIn = ({ sha, parents, committedAt, message }: StoredCommit): BroughtCommit => ({
  sha,
  committedMs: committedAt === null ? 0 : Date.parse(committedAt),
  role: (parents?.length ?? 0) < 2 ? "commit" : "merge",
  message,
});

interface Kept {
  place: number;
  n: number;
  atMs: number;
}

const FORMER = "SELECT place, sha, at_ms, committed_ms, role FROM dora_lead WHERE n = ?";
const OTHERS = "SELECT n FROM dora_lead WHERE place = ? AND sha = ? AND n <> ?";

/** Writes what a deployment brought. @returns other deployments of the place that brought one of the commits that came or went */
export function keepLeads(db: Connection, { place, n, atMs }: Kept, found: CommitsOf): number[] {
  const word = (...values: ReadonlyArray<number | string>): string => values.join(" ");
  const number = (value: unknown): number => value as number;
  const was = new Set(
    db
      .all(FORMER, n)
      .map((row) =>
        word(
          ...[number(row["place"]), blobToSha(row["sha"]), number(row["committed_ms"])],
          ...[number(row["at_ms"]), number(row["role"])],
        ),
      ),
  );
  const roleOf = (role: Role): number => ROLES.indexOf(role);
  const is = new Set(
    found.commits.map(({ sha, committedMs, role }) => word(place, sha, committedMs, atMs, roleOf(role))),
  );
  keepWaiting(db, n, found.waitsFor);
  const changed = [...was].filter((each) => !is.has(each)).concat([...is].filter((each) => !was.has(each)));
  if (changed.length === 0) return [];
  db.run("DELETE FROM dora_lead WHERE n = ?", n);
  for (const { sha, committedMs, role } of found.commits)
    db.run(
      "INSERT OR REPLACE INTO dora_lead VALUES (?, ?, ?, ?, ?, ?)",
      ...[place, shaToBlob(sha), n, atMs, committedMs, roleOf(role)],
    );
  const others = changed.flatMap((each) => {
    const [at, sha = ""] = each.split(" ");
    return db.all(OTHERS, Number(at), shaToBlob(sha), n);
  });
  return [...new Set(others.map((row) => row["n"] as number))];
}

function keepWaiting(db: Connection, n: number, waitsFor: readonly string[]): void {
  const former = db.all("SELECT sha FROM dora_waiting WHERE n = ?", n).map((row) => blobToSha(row["sha"]));
  if (former.length === waitsFor.length && former.every((sha) => waitsFor.includes(sha))) return;
  db.run("DELETE FROM dora_waiting WHERE n = ?", n);
  for (const sha of waitsFor) db.run("INSERT OR IGNORE INTO dora_waiting VALUES (?, ?)", shaToBlob(sha), n);
}

const FIRST = (roles: string): string => `SELECT l.sha, l.committed_ms FROM dora_lead l
  WHERE l.n = ? AND ${roles} AND NOT EXISTS (
    SELECT 1 FROM dora_lead o JOIN activity oa ON oa.n = o.n JOIN activity la ON la.n = l.n
    WHERE o.place = l.place AND o.sha = l.sha AND o.n <> l.n
      AND (o.at_ms < l.at_ms OR o.at_ms = l.at_ms AND oa.id < la.id)) ORDER BY l.committed_ms, l.sha`;
const FIRST_LEADS = FIRST(`l.role = ${ROLES.indexOf("commit")}`);
const FIRST_OF_ALL = FIRST("1");

/** The commits that this deployment brought before all others of its place: what was live there already is not new. */
export const firstLeads = (db: Connection, n: number): Array<{ sha: string; committedMs: number }> =>
  db.all(FIRST_LEADS, n).map((row) => ({
    sha: blobToSha(row["sha"]),
    committedMs: row["committed_ms"] as number,
  }));

/** The same with merges, and with the commit that was deployed where nothing else is known. */
export const newShas = (db: Connection, n: number): Set<string> =>
  new Set(db.all(FIRST_OF_ALL, n).map((row) => blobToSha(row["sha"])));
