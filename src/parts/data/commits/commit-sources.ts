/** Where commits may be read: a clone on this machine first, then the forge that holds the repository. */
import type { CommitSource } from "../../../ports/commit-source.ts";
import type { Services } from "../../../ports/services.ts";

export interface WantedCommits {
  base: string;
  head: string;
  repository: string | null;
  /** Folders on this machine that may be clones of it. */
  folders: readonly string[];
}

export async function* sourcesOf(
  { commitSources }: Pick<Services, "commitSources">,
  { repository, folders }: Pick<WantedCommits, "repository" | "folders">,
): AsyncIterable<CommitSource> {
  for (const folder of folders) {
    const source = await commitSources.folder(folder);
    if (source !== null) yield source;
  }
  if (repository !== null) yield* commitSources.forges(repository);
}
