/** What a branch says about the piece of work it was made for, which repository an address means, and which issue or change a number. Pure. */

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

/**
 * The key of an issue or a change by its number: `github.com/acme/shop#15`.
 * @param repository where it was named, by its address; without one a number names nothing
 * @param number `15`, or of another project of the same host `group/app#15`, `group/app!15`
 */
export function numberedKey(repository: string, number: string): string;
export function numberedKey(repository: string | null, number: string): string | null;
export function numberedKey(repository: string | null, number: string): string | null {
  if (repository === null) return null;
  const own = repositoryKey(repository);
  const [path = "", digits] = number.split(/[#!]/);
  if (digits === undefined || path === "") return `${own}#${digits ?? path}`;
  return `${own.split("/")[0]}/${path.toLowerCase()}#${digits}`;
}
