/** Pushes to branches, and when the first commit of a branch was written, as far as its pushes tell without a gap. */
import { isWholeSha } from "../../../domain/commits/sha.ts";
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import { ms } from "./codec.ts";
import { shaToBlob } from "./commit-node.ts";
import type { Connection } from "./connection.ts";

/** Takes in what an event says of a push; others it leaves alone. Call inside a transaction. */
export function applyPushes(db: Connection, event: LogEvent): void {
  if (!isEvent(event, "vice.commits.seen.v1")) return;
  const { repository, pushed } = event.data;
  if (pushed === undefined || repository === null) return;
  const { branch, before, after, firstAt } = pushed;
  if (!isWholeSha(after) || (before !== null && !isWholeSha(before))) return;
  db.run(
    "INSERT OR REPLACE INTO commit_push VALUES (?, ?, ?, ?, ?)",
    ...[repository.toLowerCase(), branch, shaToBlob(after)],
    ...[before === null ? null : shaToBlob(before), ms(firstAt)],
  );
}

/** More pushes than that no branch had before it was merged. */
const MOST_PUSHES = 500;
const PUSH = "SELECT before, first_ms FROM commit_push WHERE repository = ? AND branch = ? AND after = ?";

/**
 * From the head of the branch back to the push that made it. @returns `null` = a push is missing, was cut or threw something
 * away, or the branch is older than what is known
 */
export function firstPushedMs(
  db: Connection,
  repository: string,
  branch: string,
  head: string,
): number | null {
  const firsts: number[] = [];
  let at: Uint8Array | null = shaToBlob(head);
  while (at !== null) {
    const row = db.get(PUSH, repository.toLowerCase(), branch, at);
    const first = row?.["first_ms"];
    if (row === undefined || typeof first !== "number" || firsts.length >= MOST_PUSHES) return null;
    firsts.push(first);
    at = row["before"] as Uint8Array | null;
  }
  return Math.min(...firsts);
}
