/** What a cell of the matrix says: version, mark of the last attempt, badge of what it is behind, and all of it in words. */
import type { Deployment, Status, StatusItem } from "../api/types.ts";
import { formatAgo, formatSpan } from "../time/format-time.ts";

export interface Mark {
  status: Status;
  word: string;
  id: string;
}

const WORDS: Partial<Record<Status, string>> = {
  failed: "failed",
  running: "deploying",
  pending: "waiting",
  abandoned: "no end",
};

/** The last attempt, when it is not what runs and needs a look; a canceled one does not. */
export function markOf(item: StatusItem): Mark | null {
  const attempt = item.lastAttempt;
  if (attempt === null || attempt.status === null || attempt.id === item.running?.id) return null;
  const word = WORDS[attempt.status];
  return word === undefined ? null : { status: attempt.status, word, id: attempt.id };
}

/** Version, else the short sha, else a dash: what a person calls the thing that runs. */
export function versionOf(deployment: Deployment | null): string {
  if (deployment === null) return "–";
  const { version, commitSha, tags } = deployment;
  if (version !== null && version !== "") return shortenSha(version);
  if (commitSha !== null) return commitSha.slice(0, 8);
  return tags.shortSha ?? "no version";
}

/** Some tools call the full sha a version. */
const shortenSha = (version: string): string =>
  /^[0-9a-f]{40,64}$/i.test(version) ? version.slice(0, 8) : version;

export const actorOf = ({ actor }: Deployment): string | null => actor?.name ?? actor?.login ?? null;

export function behindWord(item: StatusItem): string | null {
  if (item.behind === null || item.behind.deployments <= 0) return null;
  return `${item.behind.deployments} behind`;
}

/** `2 deployments and 3 d behind staging`. */
export function behindText(item: StatusItem): string | null {
  const { behind } = item;
  if (behind === null || behind.deployments <= 0) return null;
  const count = behind.deployments === 1 ? "1 deployment" : `${behind.deployments} deployments`;
  return `${count}, ${formatSpan(behind.ms)} behind ${behind.environment}`;
}

/** The whole cell in one sentence, for screen readers. */
export function cellText(item: StatusItem, nowMs: number): string {
  const where = item.environment ?? "environment not known";
  const { running } = item;
  const parts = [`${where}: ${running === null ? "nothing runs" : versionOf(running)}`];
  if (running !== null) {
    parts.push(formatAgo(running.occurredAt, nowMs), `by ${running.source}`);
    const who = actorOf(running);
    if (who !== null) parts.push(who);
  }
  const mark = markOf(item);
  if (mark !== null) parts.push(`last attempt ${mark.word}`);
  const behind = behindText(item);
  if (behind !== null) parts.push(behind);
  return parts.join(", ");
}
