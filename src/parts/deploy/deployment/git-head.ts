/** The commit of a folder, when it is a checkout of git: the version of what has no artifact. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * @param ref a tag, branch or commit; `null` = what is checked out
 * @returns nulls when it is no checkout or git does not know the name
 */
export async function gitHead(
  folder: string,
  ref: string | null,
): Promise<{ version: string | null; commitSha: string | null }> {
  const git = async (...args: string[]): Promise<string | null> => {
    const options = { cwd: folder, timeout: 5000 };
    const found = await run("git", args, options).catch(() => null); // no git, no checkout, no such ref
    return found?.stdout.trim() || null;
  };
  const wanted = `${ref ?? "HEAD"}^{commit}`;
  const commitSha = await git("rev-parse", "--verify", "--quiet", "--end-of-options", wanted);
  if (commitSha === null) return { version: null, commitSha: null };
  const version = await git("describe", "--tags", "--always", "--exact-match", commitSha);
  return { version: version ?? commitSha.slice(0, 12), commitSha };
}
