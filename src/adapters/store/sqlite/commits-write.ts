/** Takes commits into the read models, and keeps the level of each above those of its parents. */
import { type Commit, type CommitsSeen, MOST_MESSAGE } from "../../../domain/commits/commit.ts";
import { mentionsOf } from "../../../domain/commits/mentions.ts";
import { type CommitNode, nodeOf, wouldCircle } from "../../../domain/commits/walk.ts";
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import type { MentionKind } from "../../../ports/commits.ts";
import { ms } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";

export const shaToBlob = (sha: string): Uint8Array => Buffer.from(sha, "hex");
export const blobToSha = (blob: unknown): string => Buffer.from(blob as Uint8Array).toString("hex");

const SHA = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** Parents stand one behind the other, as long as the commit's own sha. */
export function parentsIn(row: Row): string[] | null {
  if (row["parents"] === null) return null;
  const all = blobToSha(row["parents"]);
  const length = (row["sha"] as Uint8Array).length * 2;
  return Array.from({ length: all.length / length }, (_, at) => all.slice(at * length, (at + 1) * length));
}

const NODE = "SELECT n, sha, parents, level, whole FROM commit_seen WHERE sha = ?";

export function nodeIn(db: Connection, sha: string): CommitNode | null {
  const row = db.get(NODE, shaToBlob(sha));
  if (row === undefined) return null;
  return { parents: parentsIn(row), level: row["level"] as number, isWhole: row["whole"] === 1 };
}

/** Takes in an event of commits; others it leaves alone. Call inside a transaction. @returns whether it was one */
export function applyCommits(db: Connection, event: LogEvent): boolean {
  if (!isEvent(event, "vice.commits.seen.v1")) return false;
  const { repository, commits, compared } = event.data;
  for (const commit of parentsFirst(commits.filter(({ sha }) => SHA.test(sha))))
    putCommit(db, repository, commit);
  if (compared !== undefined) putCompared(db, compared, commits);
  return true;
}

/** Children then find their parents there, and nothing has to be lifted again. */
function parentsFirst(commits: readonly Commit[]): Commit[] {
  const left = Map.groupBy(commits, ({ sha }) => sha);
  const sorted: Commit[] = [];
  for (const { sha } of commits) {
    const open = [sha];
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const told = left.get(at) ?? [];
      const parents = told.flatMap((each) => each.parents ?? []);
      const before = parents.find((parent) => left.has(parent) && !open.includes(parent));
      if (before !== undefined) open.push(before);
      else {
        left.delete(at);
        open.pop();
        sorted.push(...told);
      }
    }
  }
  return sorted;
}

const ANY_CHILD = "SELECT 1 FROM commit_child WHERE parent = ? LIMIT 1";

function putCommit(db: Connection, repository: string | null, commit: Commit): void {
  const sha = shaToBlob(commit.sha);
  const former = db.get("SELECT n, sha, parents, message FROM commit_seen WHERE sha = ?", sha);
  const said = (commit.parents ?? []).filter(
    (parent) => parent.length === commit.sha.length && SHA.test(parent),
  );
  const lookUp = (each: string): CommitNode | null => nodeIn(db, each);
  const isFalse = db.get(ANY_CHILD, sha) !== undefined && wouldCircle(lookUp, commit.sha, said);
  const parents = commit.parents === null || isFalse || said.includes(commit.sha) ? null : said;
  const blob = parents === null ? null : Buffer.concat(parents.map(shaToBlob));
  const message = commit.message?.slice(0, MOST_MESSAGE) ?? null;
  const facts = [
    ...[repository, ms(commit.committedAt), ms(commit.authoredAt)],
    ...[commit.author?.login ?? null, message, commit.url, blob],
  ] as const;
  if (former === undefined) {
    const { level, isWhole } = nodeOf(parents, lookUp);
    const sql = "INSERT INTO commit_seen VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const { lastInsertRowid } = db.prepare(sql).run(sha, ...facts, level, isWhole ? 1 : 0);
    const n = Number(lastInsertRowid);
    putEdges(db, n, parents ?? []);
    putMentions(db, n, message);
    lift(db, [sha]);
    return;
  }
  const n = former["n"] as number;
  db.run(
    `UPDATE commit_seen SET repository = coalesce(repository, ?), committed_ms = coalesce(committed_ms, ?),
     authored_ms = coalesce(authored_ms, ?), author = coalesce(author, ?), message = coalesce(message, ?),
     url = coalesce(url, ?), parents = coalesce(parents, ?) WHERE n = ?`,
    ...facts,
    n,
  );
  if (former["message"] === null) putMentions(db, n, message);
  if (former["parents"] !== null || parents === null) return;
  putEdges(db, n, parents);
  if (settle(db, sha)) lift(db, [sha]);
}

function putEdges(db: Connection, child: number, parents: readonly string[]): void {
  for (const parent of parents)
    db.run("INSERT OR IGNORE INTO commit_child VALUES (?, ?)", shaToBlob(parent), child);
}

function putMentions(db: Connection, n: number, message: string | null): void {
  if (message === null) return;
  const { tickets, issues, changes, reverts } = mentionsOf(message);
  const rows: ReadonlyArray<[MentionKind, readonly string[]]> = [
    ["ticket", tickets],
    ["issue", issues],
    ["change", changes],
    ["revert", reverts],
  ];
  for (const [kind, refs] of rows)
    for (const ref of refs) db.run("INSERT OR IGNORE INTO commit_mention VALUES (?, ?, ?)", kind, ref, n);
}

/** The level and the wholeness that the parents give it. @returns whether they are others than before */
function settle(db: Connection, sha: Uint8Array): boolean {
  const row = db.get(NODE, sha);
  if (row === undefined) return false;
  const { level, isWhole } = nodeOf(parentsIn(row), (each) => nodeIn(db, each));
  const whole = isWhole ? 1 : 0;
  if (level === row["level"] && whole === row["whole"]) return false;
  db.run("UPDATE commit_seen SET level = ?, whole = ? WHERE n = ?", level, whole, row["n"] as number);
  return true;
}

const CHILDREN =
  "SELECT s.sha FROM commit_child c JOIN commit_seen s ON s.n = c.child WHERE c.parent = ? ORDER BY s.level";

/** What stands on a commit that has changed stands higher now too. */
function lift(db: Connection, changed: readonly Uint8Array[]): void {
  const open = [...changed];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const row of db.all(CHILDREN, at)) {
      const child = row["sha"] as Uint8Array;
      if (settle(db, child)) open.push(child);
    }
  }
}

function putCompared(
  db: Connection,
  { base, head, total, behind }: NonNullable<CommitsSeen["compared"]>,
  commits: readonly Commit[],
): void {
  if (!SHA.test(base) || !SHA.test(head)) return;
  const pair = [shaToBlob(base), shaToBlob(head)] as const;
  db.run("INSERT OR REPLACE INTO commit_compared VALUES (?, ?, ?, ?)", ...pair, total, behind);
  for (const { sha } of commits)
    if (SHA.test(sha))
      db.run("INSERT OR IGNORE INTO commit_compared_sha VALUES (?, ?, ?)", ...pair, shaToBlob(sha));
}
