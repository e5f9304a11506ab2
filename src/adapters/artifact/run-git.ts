/** Runs git: never asks a person, speaks only the usual protocols, and a word of somebody is never taken for an option. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { ViceError } from "../../kit/errors.ts";

export interface GitCall {
  cwd?: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/** @throws ViceError `not-supported` without git, `outside.unreachable` with what git says */
export async function git(args: readonly string[], { cwd, env, signal }: GitCall): Promise<string> {
  const own = { GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh", LC_ALL: "C" };
  // A hook of git that calls vice must not make us look at its repository.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...rest } = env;
  const child = spawn("git", [...args], {
    cwd,
    env: { ...rest, ...own },
    signal,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, told, error] = await Promise.all([
    ended.catch((problem: unknown) => problem),
    text(child.stdout),
    text(child.stderr),
  ]).catch((problem: unknown): [unknown, string, string] => {
    child.kill("SIGKILL");
    return [problem, "", ""];
  });
  if (code === 0) return told;
  if (signal.aborted) throw signal.reason;
  if (code instanceof ViceError) throw code;
  const isMissing = Object(code)["code"] === "ENOENT" && Object(code)["path"] === "git";
  if (isMissing)
    throw new ViceError("not-supported", {
      message: "git is not installed here.",
      hint: "apt-get install git",
    });
  throw new ViceError("outside.unreachable", {
    url: `git ${args[0]}`,
    problem: lastOf(error) || String(code),
  });
}

const lastOf = (said: string): string =>
  said
    .trim()
    .split("\n")
    .filter((line) => /fatal|error/i.test(line))
    .join(" ")
    .replaceAll(/:\/\/[^/@\s]+@/g, "://***@")
    .slice(0, 400);

/** The commit that lies there, unless something there differs from it; `null` also where there is no git. */
export async function commitOf(
  folder: string,
  env: GitCall["env"],
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const call = { cwd: folder, env, signal };
    const changed = await git(["status", "--porcelain", "--ignored=no", "--", "."], call);
    if (changed.trim() !== "") return null;
    return (await git(["rev-parse", "--verify", "HEAD^{commit}"], call)).trim();
  } catch {
    return null;
  }
}
