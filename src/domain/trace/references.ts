/** What a branch says about the piece of work it was made for, and which repository an address means. Pure. */

/** `12-login`: how GitLab names the branch of issue 12 (GitLab docs "Branches, prefix branch names with issue numbers"). */
const NUMBERED_BRANCH = /^(?:[\w.-]+\/)?([1-9]\d{0,6})-[a-z]/i;

/** Number of the issue that a branch was made for. */
export const numberOfBranch = (branch: string): string | null => NUMBERED_BRANCH.exec(branch)?.[1] ?? null;

/** Branches that many pieces of work share: they never link. */
const SHARED =
  /^(?:refs\/heads\/)?(?:origin\/)?(?:main|master|trunk|develop|development|dev|default|head|next|mainline|integration|staging|production|prod|gh-pages|(?:release|releases|hotfixes|stable|support)(?:[/.-].*)?)$/i;

/** Default branches, release lines and tags. */
export const isSharedBranch = (ref: string): boolean => SHARED.test(ref) || ref.startsWith("refs/tags/");

/** `github.com/acme/shop`: the repository, in whatever way it is reached. */
export function repositoryKey(url: string): string {
  const path = url
    .trim()
    .replace(/^[a-z+]+:\/\//i, "")
    .replace(/^[^@/]*@/, "")
    .replace(/[?#].*$/, "");
  return path
    .replace(/^([^/:]+):(?!\d+\/)/, "$1/")
    .replace(/(?<!\/)\/+$/, "")
    .replace(/\.git$/, "")
    .toLowerCase();
}
