/** Commits as facts: what a push hook, a local clone or a forge's API told of them. */
import type { Actor } from "../activity.ts";

/** One commit. Facts of several reports fill each other; `null` = this report does not know. */
export interface Commit {
  /** 40 or 64 hex, lower case. */
  sha: string;
  /** First parent first; empty = the first commit there is; `null` = the report does not say (push hooks). */
  parents: readonly string[] | null;
  /** When it was committed (ISO 8601). A rebase makes it newer than `authoredAt`. */
  committedAt: string | null;
  authoredAt: string | null;
  author: Actor | null;
  /** The whole message, cut at 2,000 characters. */
  message: string | null;
  url: string | null;
}

/** What `vice.commits.seen.v1` carries; at most 500 commits each. Authors are persons' ids in the log. */
export interface CommitsSeen {
  /** URL of the repository, as activities carry it; `null` = not known. */
  repository: string | null;
  commits: readonly Commit[];
  compared?: Compared;
  /** Lines that changed between two of them; the newest count. */
  changed?: Lines & { base: string; head: string };
  pushed?: Pushed;
}

/** A branch was moved. */
export interface Pushed {
  /** Without `refs/heads/`. */
  branch: string;
  /** Where it stood; `null` = it was made. */
  before: string | null;
  after: string;
  /** When the earliest of the commits was written that nobody had pushed before; `null` = the push does not tell it for sure. */
  firstAt: string | null;
}

/** What a release changed: `git diff --numstat base...head`, from the commit that both have in common. Binary files have no lines. */
export interface Lines {
  added: number;
  deleted: number;
  files: number;
}

/**
 * A forge says what `base..head` is: the commits of all events with the same pair, `total` of them together. So the
 * answer is known without the history behind it.
 */
export interface Compared {
  base: string;
  head: string;
  total: number;
  /** Commits that the base has and the head has not; `null` = it does not say. */
  behind: number | null;
}

/** So many commits one event carries. */
export const MOST_COMMITS = 500;
export const MOST_MESSAGE = 2000;
