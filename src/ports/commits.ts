/** The facet of the store that knows commits and how they follow each other. */
import type { Activity, Actor } from "../domain/activity.ts";
import type { Commit, Lines } from "../domain/commits/commit.ts";
import type { Mentions } from "../domain/commits/mentions.ts";
import type { Reach } from "../domain/commits/walk.ts";

/** A commit as all reports together tell it, with the names of persons. */
export interface StoredCommit extends Commit {
  repository: string | null;
  mentions: Omit<Mentions, "coAuthors">;
  coAuthors: readonly Actor[];
}

/** `git rev-list base..head`, or why nobody can say. */
export type CommitRange =
  | {
      known: true;
      /** Newest first: children before their parents. */
      commits: readonly StoredCommit[];
      /** How many the base has and the head has not: more than 0 after a rollback, a rebase, another branch. `null` = not known. */
      behind: number | null;
    }
  /** Shas that would have to be known; at most a few of them. */
  | { known: false; missing: readonly string[] };

export const MENTION_KINDS = ["ticket", "issue", "change", "revert"] as const;
export type MentionKind = (typeof MENTION_KINDS)[number];

/** Changes and tickets by what names them. */
export interface NamedWork {
  /** By `SHOP-12`, or `github.com/acme/shop#15` (the repository as `repositoryKey` writes it). */
  work(kind: "change" | "ticket", key: string, nowMs: number): Activity[];
  /** Changes that were merged as this commit, or whose newest commit it is. */
  changesOn(sha: string, nowMs: number): Activity[];
  /** Newest first, at most 50: what carries an anchor as `anchorsOf` writes it: `commit <sha>`, `ticket SHOP-12`. */
  carrying(anchor: string, nowMs: number): Activity[];
  /** One activity for each commit that a tool told of and whose sha begins so; at least 4 hex digits, empty = none. */
  onCommit(start: string, limit: number, nowMs: number): Array<{ sha: string; activity: Activity }>;
  /** Addresses of the repositories that commits or deployments are known of. */
  repositories(): string[];
}

export interface Commits extends NamedWork {
  /** By the whole sha. */
  get(sha: string): StoredCommit | null;
  /** By the start of a sha, at least 4 hex digits; empty = none. */
  find(start: string, limit: number): StoredCommit[];
  /** @param base `null` = from the first commit there is */
  range(base: string | null, head: string): CommitRange;
  /** How many `range` would list; `null` = not known. */
  count(base: string, head: string): number | null;
  /** Lines that changed between the two; `null` = nobody counted them. */
  lines(base: string, head: string): Lines | null;
  /** Whether `sha` is part of what stands at `head`. */
  isIn(head: string, sha: string): Reach;
  /** Newest first: commits whose message names a ticket (`SHOP-12`), an issue or a change (`15`), or takes back a sha. */
  mentioning(kind: MentionKind, ref: string, limit: number): StoredCommit[];
  /**
   * Newest first: commits that say by a sha, whole or short, that they take back this one, or a merge that brought it.
   * At most 50, of the newest 1,000 that take back a merge.
   */
  takingBack(sha: string): StoredCommit[];
  /** Those of them that are not known, or not with their parents. */
  unknown(shas: readonly string[]): string[];
}
