/** Port: where commits are read from: a clone on this machine, or the API of the forge that holds the repository. */
import type { CommitsSeen, Lines } from "../domain/commits/commit.ts";

export interface CommitSource {
  /** For people: `the clone in /srv/shop`, `github.com`. */
  name: string;
  /**
   * The commits of `base..head`, parents before their children, in pieces of at most `MOST_COMMITS`; a clone goes on to the
   * first commit there is, a forge says with them that these are all.
   * @throws ViceError `outside.unreachable`, `not-found` when it has not both of them; RateLimited
   */
  between(base: string, head: string, signal: AbortSignal): AsyncIterable<CommitsSeen>;
  /** Lines that changed between the two; `null` = it cannot count them all. @throws the same */
  lines(base: string, head: string, signal: AbortSignal): Promise<Lines | null>;
}

/** Of a clone, before it is read: whoever has most of it already asks only for the rest. */
export interface Clone {
  repository: string | null;
  /** All that its branches and tags lead to, parents first. */
  shas(sinceIso: string | null, signal: AbortSignal): Promise<string[]>;
  /** Without what a shallow clone does not have: parents that were cut off are not known. */
  read(shas: readonly string[], signal: AbortSignal): Promise<CommitsSeen>;
}

export interface CommitSources {
  /** `null` = no git, or the folder is no clone. */
  clone(folder: string): Promise<Clone | null>;
  /** The clone of a folder as a source. */
  folder(folder: string): Promise<CommitSource | null>;
  /** What configured connections can say of a repository, by its address. */
  forges(repository: string): CommitSource[];
}
