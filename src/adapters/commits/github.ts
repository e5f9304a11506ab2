/** Commits between two from GitHub's REST API: "Compare two commits", paged. */
import { type Commit, type Lines, MOST_MESSAGE } from "../../domain/commits/commit.ts";
import { ViceError } from "../../kit/errors.ts";
import { toIso } from "../../kit/time.ts";
import type { CommitSource } from "../../ports/commit-source.ts";
import { askForge, type Forge, fieldOf, listOf, textOf } from "./ask-forge.ts";

const PER_PAGE = 100;

export const githubCommits = (forge: Forge): CommitSource => ({
  name: forge.name,
  async *between(base, head, signal) {
    for (let page = 1, seen = 0; ; page += 1) {
      const route = `/repos/${forge.path}/compare/${base}...${head}?per_page=${PER_PAGE}&page=${page}`;
      const { body } = await askForge(forge, route, signal);
      const total = fieldOf(body, "total_commits");
      const behind = fieldOf(body, "behind_by");
      if (typeof total !== "number")
        throw new ViceError("outside.unreachable", {
          url: forge.api,
          problem: "its answer is no comparison",
        });
      const commits = listOf(body, "commits").flatMap((row) => commitOf(row) ?? []);
      seen += commits.length;
      const compared = { base, head, total, behind: typeof behind === "number" ? behind : null };
      yield { repository: forge.repository, commits, compared };
      if (seen >= total || commits.length === 0) return;
    }
  },
  lines: async (base, head, signal) => {
    const { body } = await askForge(
      forge,
      `/repos/${forge.path}/compare/${base}...${head}?per_page=1`,
      signal,
    );
    return linesIn(fieldOf(body, "files"));
  },
});

/** The first page lists the files, 300 at most ("Compare two commits"): then there may be more. */
const MOST_FILES = 300;

function linesIn(files: unknown): Lines | null {
  // An answer without the list does not say that nothing changed.
  if (!Array.isArray(files) || files.length >= MOST_FILES) return null;
  const sum = (key: string): number =>
    files.reduce<number>((all, file: unknown) => all + (Number(fieldOf(file, key)) || 0), 0);
  return { added: sum("additions"), deleted: sum("deletions"), files: files.length };
}

/** "Commit" of the REST API: `author` is who has an account, `commit.author` what stands in the commit itself. */
function commitOf(row: unknown): Commit | null {
  const sha = textOf(row, "sha");
  if (sha === null) return null;
  const author = {
    name: textOf(row, "commit", "author", "name"),
    login: textOf(row, "commit", "author", "email") ?? textOf(row, "author", "login"),
  };
  return {
    sha,
    parents: listOf(row, "parents").flatMap((parent) => textOf(parent, "sha") ?? []),
    committedAt: toIso(textOf(row, "commit", "committer", "date")),
    authoredAt: toIso(textOf(row, "commit", "author", "date")),
    author: author.name === null && author.login === null ? null : author,
    message: textOf(row, "commit", "message")?.slice(0, MOST_MESSAGE) ?? null,
    url: textOf(row, "html_url"),
  };
}
