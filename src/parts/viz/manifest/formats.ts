/** Manifests as other tools read them: GitHub's list of commits, the short form of grunt-github-manifest, Markdown. */
import type { ManifestCommit } from "./read-manifest.ts";

const addressOf = ({ author }: ManifestCommit): string | null =>
  author?.login?.includes("@") === true ? author.login : null;

/** As GitHub's "List commits" gives them; `null` where nobody told us. */
export const rawOf = (commits: readonly ManifestCommit[], parents: (sha: string) => readonly string[]) =>
  commits.map((commit) => {
    const person = { name: commit.author?.name ?? null, email: addressOf(commit), date: commit.committedAt };
    const login = commit.author?.login ?? null;
    return {
      sha: commit.sha,
      commit: { author: person, committer: person, message: commit.message },
      url: commit.url,
      html_url: commit.url,
      author: login === null || login.includes("@") ? null : { login },
      parents: parents(commit.sha).map((sha) => ({ sha })),
    };
  });

/** `[{ author: "Name <email>", message, url }]` */
export const summarisedOf = (commits: readonly ManifestCommit[]) =>
  commits.map(({ author, message, url }) => ({
    author: `${author?.name ?? author?.login ?? "unknown"} <${author?.login ?? ""}>`,
    message,
    url,
  }));
