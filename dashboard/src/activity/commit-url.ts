/** Where a commit can be seen: each forge has its own path below the repository. */

const GITLAB = "/-/commit/";

/** First match wins; Gitea and Forgejo use GitHub's path. */
const PATHS: ReadonlyArray<readonly [RegExp, string]> = [
  [/(^|\.)gitlab\./, GITLAB],
  [/^bitbucket\./, "/commits/"],
];

/** @returns `null` when the repository is not known or is no web address */
export function commitUrl(repository: string | null, sha: string, source: string): string | null {
  if (repository === null || !/^https?:\/\//.test(repository) || !URL.canParse(repository)) return null;
  const plain = repository.replace(/\.git$/, "").replace(/\/+$/, "");
  const host = new URL(plain).host;
  const path =
    source === "gitlab" ? GITLAB : (PATHS.find(([pattern]) => pattern.test(host))?.[1] ?? "/commit/");
  return `${plain}${path}${sha}`;
}
