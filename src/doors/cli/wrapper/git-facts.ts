/** Reads what git knows about the working folder straight from its files: commit, branch, remote. */
import { readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type { Environment } from "./home.ts";
import { maskText } from "./mask.ts";

export interface GitFacts {
  readonly commitSha: string | null;
  readonly ref: string | null;
  readonly repository: string | null;
}

/** The folder that git keeps its data in, for a clone, a worktree or a submodule (gitrepository-layout(5)). */
export function gitFolder(env: Environment, start: string): string | null {
  if (env.GIT_DIR) return isAbsolute(env.GIT_DIR) ? env.GIT_DIR : join(start, env.GIT_DIR);
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, ".git");
    const kind = kindOf(candidate);
    if (kind === "folder") return candidate;
    if (kind === "file") return linkedFolder(folder, read(candidate) ?? "");
    if (folder === dirname(folder)) return null;
  }
}

export function gitFacts(folder: string): GitFacts {
  const common = commonFolder(folder);
  const head = read(join(folder, "HEAD"))?.trim() ?? "";
  const branchRef = /^ref: (\S+)$/.exec(head)?.[1];
  const sha = branchRef === undefined ? head : resolveRef(folder, common, branchRef);
  const config = read(join(common, "config"));
  return {
    commitSha: /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha) ? sha : null,
    ref: branchRef?.replace(/^refs\/heads\//, "").replace(/^\.invalid$/, "") || null,
    repository: config === null ? null : repositoryUrl(remoteUrl(config)),
  };
}

/** `git@host:group/app.git` and `ssh://git@host/group/app` are the same place as `https://host/group/app`. */
export function repositoryUrl(remote: string | null): string | null {
  if (!remote) return null;
  const scp = /^(?:[\w.-]+@)?([\w.-]+\.[\w.-]+):(?!\/\/)(.+)$/.exec(remote);
  const ssh = /^(?:ssh|git):\/\/(?:[^@/]+@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(remote);
  const [, host, path] = scp ?? ssh ?? [];
  const url = host === undefined ? remote.replace(/^(https?:\/\/)[^@/]+@/, "$1") : `https://${host}/${path}`;
  return maskText(url.replace(/\/+$/, "").replace(/\.git$/, ""));
}

function remoteUrl(config: string): string | null {
  const sections = config.split(/^\s*(?=\[)/m).filter((section) => section.startsWith('[remote "'));
  const origin = sections.find((section) => section.startsWith('[remote "origin"]')) ?? sections[0];
  return /^\s*url\s*=\s*(\S+)/m.exec(origin ?? "")?.[1] ?? null;
}

function resolveRef(folder: string, common: string, ref: string): string {
  const loose = read(join(folder, ref)) ?? read(join(common, ref));
  if (loose !== null) return loose.trim();
  const packed = read(join(common, "packed-refs")) ?? "";
  const at = packed.indexOf(` ${ref}\n`);
  return at < 0 ? "" : packed.slice(packed.lastIndexOf("\n", at) + 1, at);
}

function commonFolder(folder: string): string {
  const common = read(join(folder, "commondir"))?.trim();
  if (!common) return folder;
  return isAbsolute(common) ? common : join(folder, common);
}

function linkedFolder(folder: string, text: string): string | null {
  const target = /^gitdir: (.+)$/m.exec(text)?.[1]?.trim();
  if (!target) return null;
  return isAbsolute(target) ? target : join(folder, target);
}

function kindOf(path: string): "folder" | "file" | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  return stat.isDirectory() ? "folder" : "file";
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
