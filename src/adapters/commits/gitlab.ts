/** Commits between two from GitLab's REST API: "List repository commits" of a revision range, paged. */
import {
  type Commit,
  type CommitsSeen,
  type Lines,
  MOST_COMMITS,
  MOST_MESSAGE,
} from "../../domain/commits/commit.ts";
import { toIso } from "../../kit/time.ts";
import type { CommitSource } from "../../ports/commit-source.ts";
import { askForge, type Forge, fieldOf, listOf, textOf } from "./ask-forge.ts";

const PER_PAGE = 100;

export const gitlabCommits = (forge: Forge): CommitSource => ({
  name: forge.name,
  async *between(base, head, signal) {
    // The list says no total (docs "Commits API", pagination headers): how many they are is known at its end.
    const commits = await listed(forge, `${base}..${head}`, signal);
    const back = await askForge(forge, routeOf(forge, `${head}..${base}`, 1), signal);
    const behind = listOf(back.body).length;
    const compared = { base, head, total: commits.length, behind: behind < PER_PAGE ? behind : null };
    const bare: Pick<CommitsSeen, "repository" | "compared"> = { repository: forge.repository, compared };
    if (commits.length === 0) yield { ...bare, commits };
    for (let at = 0; at < commits.length; at += MOST_COMMITS)
      yield { ...bare, commits: commits.slice(at, at + MOST_COMMITS) };
  },
  lines: async (base, head, signal) => {
    const query = new URLSearchParams({ from: base, to: head, straight: "false" });
    const route = `/projects/${encodeURIComponent(forge.path)}/repository/compare?${query}`;
    const { body } = await askForge(forge, route, signal);
    return fieldOf(body, "compare_timeout") === true ? null : linesIn(fieldOf(body, "diffs"));
  },
});

/** Differences stand there as text, and are left out where they are large (docs "Repositories API", "Compare branches, tags or commits"). */
function linesIn(diffs: unknown): Lines | null {
  // An answer without the list does not say that nothing changed.
  if (!Array.isArray(diffs)) return null;
  const lines = { added: 0, deleted: 0, files: diffs.length };
  for (const diff of diffs) {
    if (fieldOf(diff, "too_large") === true || fieldOf(diff, "collapsed") === true) return null;
    const [, ...hunks] = (textOf(diff, "diff") ?? "").split(/^@@ /m);
    for (const line of hunks.flatMap((hunk) => hunk.split("\n").slice(1))) {
      if (line.startsWith("+")) lines.added += 1;
      if (line.startsWith("-")) lines.deleted += 1;
    }
  }
  return lines;
}

const routeOf = ({ path }: Forge, range: string, page: number): string => {
  const query = new URLSearchParams({ ref_name: range, per_page: String(PER_PAGE), page: String(page) });
  return `/projects/${encodeURIComponent(path)}/repository/commits?${query}`;
};

/** Oldest first; the API gives the newest first. */
async function listed(forge: Forge, range: string, signal: AbortSignal): Promise<Commit[]> {
  const commits: Commit[] = [];
  for (let page = 1; ; page += 1) {
    const { body, headers } = await askForge(forge, routeOf(forge, range, page), signal);
    const rows = listOf(body);
    commits.push(...rows.flatMap((row) => commitOf(row) ?? []));
    const next = headers["x-next-page"];
    if (next === undefined ? rows.length < PER_PAGE : next === "") return commits.reverse();
  }
}

function commitOf(row: unknown): Commit | null {
  const sha = textOf(row, "id");
  if (sha === null) return null;
  const author = { name: textOf(row, "author_name"), login: textOf(row, "author_email") };
  return {
    sha,
    parents: listOf(row, "parent_ids").flatMap((parent) => (typeof parent === "string" ? parent : [])),
    committedAt: toIso(textOf(row, "committed_date")),
    authoredAt: toIso(textOf(row, "authored_date")),
    author: author.name === null && author.login === null ? null : author,
    message: (textOf(row, "message") ?? textOf(row, "title"))?.slice(0, MOST_MESSAGE) ?? null,
    url: textOf(row, "web_url"),
  };
}
