/** Tests reading git's own files, in the forms that clones, worktrees and packed repositories have. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needs } from "../../../../test/needs.ts";
import { gitFacts, gitFolder, repositoryUrl } from "./git-facts.ts";

const withGit = needs("git");
const folder = mkdtempSync(join(tmpdir(), "vice-git-"));
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "x",
  GIT_AUTHOR_EMAIL: "x@example.com",
  GIT_COMMITTER_NAME: "x",
  GIT_COMMITTER_EMAIL: "x@example.com",
};
const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, env, encoding: "utf8" }).trim();
const facts = (of: string) => gitFacts(gitFolder({}, of) ?? "none");
let head = "";

beforeAll(() => {
  if (!withGit.has) return;
  git("init", "-q", "-b", "main");
  git("commit", "-q", "--allow-empty", "-m", "one");
  git("remote", "add", "upstream", "https://git.example.com/other");
  git("remote", "add", "origin", "https://me:hunter2@git.example.com/group/app.git");
  head = git("rev-parse", "HEAD");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const expected = (ref: string | null) => ({
  commitSha: head,
  ref,
  repository: "https://git.example.com/group/app",
});

withGit.test("a clone, from a folder within it", () => {
  mkdirSync(join(folder, "a/b"), { recursive: true });
  expect(facts(join(folder, "a/b"))).toEqual(expected("main"));
});

withGit.test("packed references", () => {
  git("pack-refs", "--all");
  expect(facts(folder)).toEqual(expected("main"));
});

withGit.test("a worktree on its own branch", () => {
  git("worktree", "add", "-q", "-b", "feature/x", "tree");
  expect(facts(join(folder, "tree"))).toEqual(expected("feature/x"));
});

withGit.test("a detached head has no branch", () => {
  git("checkout", "-q", "--detach");
  expect(facts(folder)).toEqual(expected(null));
});

withGit.test("a branch without a commit has no sha", () => {
  git("checkout", "-q", "--orphan", "empty");
  expect(facts(folder)).toEqual({ ...expected("empty"), commitSha: null });
});

test("outside of any repository there is none; GIT_DIR names one", () => {
  expect(gitFolder({}, "/")).toBeNull();
  expect(gitFolder({ GIT_DIR: "x.git" }, "/srv")).toBe("/srv/x.git");
  expect(gitFacts("/no/such/folder")).toEqual({ commitSha: null, ref: null, repository: null });
});

test.each([
  ["git@git.example.com:group/app.git", "https://git.example.com/group/app"],
  ["ssh://git@git.example.com:7999/group/app.git", "https://git.example.com/group/app"],
  ["https://oauth2:hunter2@git.example.com/group/app", "https://git.example.com/group/app"],
  ["/srv/git/app.git", "/srv/git/app"],
  ["", null],
])("remote %s", (remote, url) => {
  expect(repositoryUrl(remote)).toBe(url);
});
