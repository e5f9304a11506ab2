/** Reads commits from a clone on this machine. */
import { spawn } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type Commit, type Lines, MOST_COMMITS, MOST_MESSAGE } from "../../domain/commits/commit.ts";
import { ViceError } from "../../kit/errors.ts";
import { toIso } from "../../kit/time.ts";
import type { Clone, CommitSource } from "../../ports/commit-source.ts";
import { repositoryOf } from "./repository.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * git asks nobody, and a hook of git that calls vice does not make it look at another repository. What is missing in a partial
 * clone is not fetched: how that is done stands in the clone's own configuration, which may name any command (git docs
 * "partial clone", "gitprotocol", `GIT_ALLOW_PROTOCOL`).
 */
function envOf({ GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...rest }: Env): Env {
  const alone = { GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none" };
  return { ...rest, ...alone, LC_ALL: "C" };
}

/** @throws ViceError `not-supported` without git, `not-found` with what git says */
async function git(
  folder: string,
  args: readonly string[],
  { env, signal, input }: { env: Env; signal: AbortSignal; input?: string },
): Promise<string> {
  const child = spawn("git", ["-C", folder, ...args], { env: envOf(env), signal, stdio: "pipe" });
  const ended = new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  child.stdin.on("error", () => {}); // it has ended; its code says how
  child.stdin.end(input ?? "");
  const [code, told, problem] = await Promise.all([ended, text(child.stdout), text(child.stderr)]).catch(
    (error: unknown) => {
      if (Object(error)["code"] !== "ENOENT") throw error;
      throw new ViceError("not-supported", {
        message: "git is not installed here.",
        hint: "apt-get install git",
      });
    },
  );
  if (code === 0) return told;
  const said = problem.trim().split("\n")[0] ?? "";
  throw new ViceError("not-found", { message: `git in ${folder}: ${said || `it ended with ${code}`}` });
}

const FIELDS = ["%H", "%P", "%cI", "%aI", "%an", "%ae", "%B"];
/** NUL between fields and commits: no message and no name can hold one, so nobody writes a commit into a message. */
const FORMAT = ["-z", `--format=format:${FIELDS.join("%x00")}`, "--no-show-signature"];

function commitsIn(told: string, cutOff: ReadonlySet<string>): Commit[] {
  const fields = told === "" ? [] : told.split("\0");
  return Array.from({ length: Math.ceil(fields.length / FIELDS.length) }, (_, at) =>
    commitOf(fields.slice(at * FIELDS.length, (at + 1) * FIELDS.length), cutOff),
  );
}

function commitOf(fields: readonly string[], cutOff: ReadonlySet<string>): Commit {
  const [sha = "", parents = "", committedAt, authoredAt, name, address, message = ""] = fields;
  return {
    sha,
    parents: cutOff.has(sha) ? null : parents.split(" ").filter(Boolean),
    committedAt: toIso(committedAt),
    authoredAt: toIso(authoredAt),
    author: { name: name || null, login: address || null },
    message: message.trim().slice(0, MOST_MESSAGE),
    url: null,
  };
}

/** `null` = the folder is no clone, or there is no git. */
export async function openClone(folder: string, env: Env): Promise<Clone | null> {
  const here = { env, signal: AbortSignal.timeout(10_000) };
  const place = await git(folder, ["rev-parse", "--git-common-dir"], here).catch(() => null);
  if (place === null) return null;
  const remote = await git(folder, ["remote", "get-url", "origin"], here).catch(() => null);
  const repository = repositoryOf(remote?.trim() ?? null);
  const shallow = await linesOf(join(resolve(folder, place.trim()), "shallow"));
  const cutOff = new Set(shallow);
  return {
    repository,
    shas: async (sinceIso, signal) => {
      const since = sinceIso === null ? [] : [`--since=${sinceIso}`];
      const refs = ["--branches", "--tags", "--remotes", "HEAD"];
      const args = ["rev-list", "--reverse", "--topo-order", ...since, ...refs];
      return (await git(folder, args, { env, signal })).split("\n").filter(Boolean);
    },
    read: async (shas, signal) => {
      const input = `${shas.join("\n")}\n`;
      const told = await git(folder, ["log", "--no-walk=unsorted", "--stdin", ...FORMAT], {
        env,
        signal,
        input,
      });
      return { repository, commits: commitsIn(told, cutOff) };
    },
  };
}

/** Where a shallow clone ends git shows no parents, although there are some (git docs "shallow"). */
const linesOf = async (file: string): Promise<string[]> =>
  (await readFile(file, "utf8").catch(() => "")).split("\n").filter(Boolean);

/** `added TAB deleted TAB path` for each file; `-` for what has no lines (git docs "diff-format"). */
function linesIn(told: string): Lines {
  const files = told.split("\0").filter(Boolean);
  const sum = (column: number): number =>
    files.reduce((all, file) => all + (Number(file.split("\t")[column]) || 0), 0);
  return { added: sum(0), deleted: sum(1), files: files.length };
}

/** A clone as a source: whole, so that what is known grows together. */
export async function cloneSource(folder: string, env: Env): Promise<CommitSource | null> {
  const isFolder = (await stat(folder).catch(() => null))?.isDirectory() === true;
  const clone = isFolder ? await openClone(folder, env) : null;
  if (clone === null) return null;
  return {
    name: `the clone in ${folder}`,
    async *between(base, head, signal) {
      // Whether it has both, in words of git if not.
      await git(folder, ["rev-list", "--max-count=1", "--end-of-options", base, head], { env, signal });
      const args = ["rev-list", "--reverse", "--topo-order", "--end-of-options", base, head];
      const shas = (await git(folder, args, { env, signal })).split("\n").filter(Boolean);
      for (let at = 0; at < shas.length; at += MOST_COMMITS)
        yield await clone.read(shas.slice(at, at + MOST_COMMITS), signal);
    },
    lines: async (base, head, signal) => {
      // A clone's own configuration may name any command for showing differences.
      const plain = ["--no-ext-diff", "--no-textconv", "--no-renames"];
      const args = ["diff", "--numstat", "-z", ...plain, "--end-of-options", `${base}...${head}`];
      return linesIn(await git(folder, args, { env, signal }));
    },
  };
}
