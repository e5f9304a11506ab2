/** Reads the facts that need no other program: git's files, the CI system's variables, host, folder, account. */
import { hostname, userInfo } from "node:os";
import type { SpoolFacts } from "../../../domain/spool.ts";
import { ciFacts } from "./ci-facts.ts";
import { gitFacts, gitFolder } from "./git-facts.ts";
import type { Environment } from "./home.ts";
import { actorOf } from "./words.ts";

export interface FoundFacts {
  readonly facts: SpoolFacts;
  /** Whether the working folder belongs to a git repository. */
  readonly inGit: boolean;
}

export function readFacts(env: Environment, id: string): FoundFacts {
  const folder = currentFolder();
  const git = folder === null ? null : gitFolder(env, folder);
  return { facts: collect(env, id, folder, git), inGit: git !== null };
}

function collect(env: Environment, id: string, folder: string | null, git: string | null): SpoolFacts {
  const ci = ciFacts(env);
  const own = git === null ? null : gitFacts(git);
  const tags: Record<string, string> = { host: hostname(), ...ci?.tags };
  if (folder !== null) tags.cwd = folder;
  return {
    v: 1,
    op: "facts",
    id,
    at: new Date().toISOString(),
    commitSha: own?.commitSha ?? ci?.commitSha ?? null,
    ref: own?.ref ?? ci?.ref ?? null,
    repository: own?.repository ?? ci?.repository ?? null,
    url: ci?.url ?? null,
    actor: actorOf(env) === null ? accountOf() : null,
    tags,
  };
}

function currentFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** The account of the operating system; asked only when the environment names nobody, because it may be slow. */
export function accountOf(): { name: string | null; login: string | null } | null {
  try {
    return { name: null, login: userInfo().username };
  } catch {
    return null;
  }
}
