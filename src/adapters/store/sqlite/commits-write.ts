/** Takes commits into the read models, and keeps the level of each above those of its parents. */

import { type Commit, type CommitsSeen, MOST_MESSAGE } from "../../../domain/commits/commit.ts";
import { levelBeside } from "../../../domain/commits/levels.ts";
import { mentionsOf } from "../../../domain/commits/mentions.ts";
import { isWholeSha } from "../../../domain/commits/sha.ts";
import { isWholeBy, type LookUp, wouldCircle } from "../../../domain/commits/walk.ts";
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import type { MentionKind } from "../../../ports/commits.ts";
import { ms } from "./codec.ts";
import { childrenKnown, parentsKnown, settleAround } from "./commit-levels.ts";
import { nodeIn, shaToBlob } from "./commit-node.ts";
import type { Connection } from "./connection.ts";

export { blobToSha, nodeIn, shaToBlob } from "./commit-node.ts";

/** Takes in an event of commits; others it leaves alone. Call inside a transaction. @returns whether it was one */
export function applyCommits(db: Connection, event: LogEvent): boolean {
  if (!isEvent(event, "vice.commits.seen.v1")) return false;
  const { repository, commits, compared } = event.data;
  for (const commit of parentsFirst(commits.filter(({ sha }) => isWholeSha(sha))))
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
    const below = new Set(open); // none of it is put before itself
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const told = left.get(at) ?? [];
      const parents = told.flatMap((each) => each.parents ?? []);
      const before = parents.find((parent) => left.has(parent) && !below.has(parent));
      if (before !== undefined) {
        open.push(before);
        below.add(before);
      } else {
        left.delete(at);
        open.pop();
        sorted.push(...told);
      }
    }
  }
  return sorted;
}

function putCommit(db: Connection, repository: string | null, commit: Commit): void {
  const sha = shaToBlob(commit.sha);
  const former = db.get("SELECT n, parents, message FROM commit_seen WHERE sha = ?", sha);
  const said = (commit.parents ?? []).filter(
    (parent) => parent.length === commit.sha.length && isWholeSha(parent),
  );
  const lookUp: LookUp = (each) => nodeIn(db, each);
  const children = childrenKnown(db, sha);
  const lowest = Math.min(...children.map(({ level }) => level));
  const isFalse = children.length > 0 && wouldCircle(lookUp, commit.sha, { parents: said, level: lowest });
  const parents = commit.parents === null || isFalse || said.includes(commit.sha) ? null : said;
  const blob = parents === null ? null : Buffer.concat(parents.map(shaToBlob));
  const message = commit.message?.slice(0, MOST_MESSAGE) ?? null;
  const facts = [
    ...[repository, ms(commit.committedAt), ms(commit.authoredAt)],
    ...[commit.author?.login ?? null, message, commit.url, blob],
  ] as const;
  if (former === undefined) {
    const level = levelBeside(parentsKnown(db, parents ?? []), children);
    const whole = isWholeBy(parents, lookUp) ? 1 : 0;
    const sql = "INSERT INTO commit_seen VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const { lastInsertRowid } = db.prepare(sql).run(sha, ...facts, level, whole);
    const n = Number(lastInsertRowid);
    putEdges(db, n, parents ?? []);
    putMentions(db, n, message);
    if (children.length > 0) settleAround(db, sha, parents);
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
  settleAround(db, sha, parents);
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

function putCompared(
  db: Connection,
  { base, head, total, behind }: NonNullable<CommitsSeen["compared"]>,
  commits: readonly Commit[],
): void {
  if (!isWholeSha(base) || !isWholeSha(head)) return;
  const pair = [shaToBlob(base), shaToBlob(head)] as const;
  db.run("INSERT OR REPLACE INTO commit_compared VALUES (?, ?, ?, ?)", ...pair, total, behind);
  for (const { sha } of commits)
    if (isWholeSha(sha))
      db.run("INSERT OR IGNORE INTO commit_compared_sha VALUES (?, ?, ?)", ...pair, shaToBlob(sha));
}
