/** Artifact `git`: a commit of a repository, here or elsewhere, as `git archive` gives it. */

import { statSync } from "node:fs";
import { basename, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";
import { isWholeSha } from "../../domain/commits/sha.ts";
import { ViceError } from "../../kit/errors.ts";
import type { ArtifactKindAdapter, KindContext } from "./kind.ts";
import { git } from "./run-git.ts";
import { unpack } from "./unpack.ts";

const address = z
  .string()
  .min(1)
  .refine((text) => !text.startsWith("-"), "an address does not begin with -")
  .refine(
    // Before the @ of http stands a token as often as a name.
    (text) => !/^(https?:\/\/[^/]*|[a-z+]+:\/\/[^/@]*:[^/@]*)@/i.test(text),
    "a name, token or password does not belong into an address; git asks its credential helper",
  );
const schema = z
  .union([
    address,
    z.strictObject({
      url: address,
      ref: z.string().min(1).optional().describe("Taken when no version is asked for"),
    }),
  ])
  .transform((given): { url: string; ref: string | null } =>
    typeof given === "string" ? { url: given, ref: null } : { url: given.url, ref: given.ref ?? null },
  );

const SHORT = 12;

export const gitKind: ArtifactKindAdapter<z.output<typeof schema>> = {
  schema,
  resolve: async ({ spec, version }, context) => {
    const from = placeOf(spec.url, context.cwd);
    const refs = await refsOf(from, context);
    const asked = version ?? spec.ref ?? "HEAD";
    const commit = await commitFor(asked, from, refs, context);
    const tag = refs.tags.get(asked) === commit ? asked : tagOf(commit, refs);
    const name = basename(from.replace(/\/+$/, ""), ".git").replace(/^.*:/, "");
    return {
      ...{ kind: "git", name, from, digest: `git:${commit}`, commitSha: commit },
      version: tag ?? commit.slice(0, SHORT),
    };
  },
  bring: async ({ from, commitSha, digest }, folder, { env, scratch, signal }) => {
    const commit = commitSha ?? digest.replace(/^git:/, "");
    const call = { cwd: scratch, env, signal };
    await git(["init", "--quiet", "--bare", "."], call);
    const wanted = ["fetch", "--quiet", "--no-tags", "--depth=1", "--", from, commit];
    await git(wanted, call).catch(async () => {
      // Older servers give out only what a name leads to.
      if (signal.aborted) throw signal.reason;
      await git(["fetch", "--quiet", "--", from, "+refs/*:refs/*"], call);
    });
    await git(["archive", "--format=tar", "--output=tree.tar", commit], call);
    await unpack(join(scratch, "tree.tar"), folder);
  },
};

/** A folder here, else as git understands it. */
function placeOf(url: string, cwd: string): string {
  const local = isAbsolute(url) ? url : resolve(cwd, url);
  return statSync(local, { throwIfNoEntry: false })?.isDirectory() === true ? local : url;
}

interface Refs {
  head: string | null;
  branches: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
}

async function refsOf(from: string, { env, signal }: KindContext): Promise<Refs> {
  const listed = await git(["ls-remote", "--", from], { env, signal });
  const all = listed.split("\n").flatMap((line): Array<[string, string]> => {
    const [commit = "", name = ""] = line.split("\t");
    return isWholeSha(commit) ? [[name, commit]] : [];
  });
  const below = (prefix: string): Array<[string, string]> =>
    all.flatMap(([name, commit]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), commit]] : []));
  // An annotated tag is listed twice; the one with ^{} is the commit that it means.
  const tags = new Map(below("refs/tags/").filter(([name]) => !name.endsWith("^{}")));
  for (const [name, commit] of below("refs/tags/"))
    if (name.endsWith("^{}")) tags.set(name.slice(0, -3), commit);
  const head = all.find(([name]) => name === "HEAD")?.[1] ?? null;
  return { head, branches: new Map(below("refs/heads/")), tags };
}

async function commitFor(asked: string, from: string, refs: Refs, context: KindContext): Promise<string> {
  const named = asked === "HEAD" ? refs.head : (refs.tags.get(asked) ?? refs.branches.get(asked) ?? null);
  if (named !== null) return named;
  if (isWholeSha(asked)) return asked;
  const found = isAbsolute(from) ? await parsed(asked, from, context) : null;
  if (found !== null) return found;
  throw new ViceError("not-found", {
    message: `${from} has no tag, branch or commit "${asked}".`,
    hint: isAbsolute(from)
      ? `Look: git -C ${from} tag`
      : "Of a repository elsewhere a commit is named in full.",
  });
}

/** What only git itself can read: a short commit, `HEAD~1`. */
const parsed = (asked: string, from: string, { env, signal }: KindContext): Promise<string | null> =>
  git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${asked}^{commit}`], {
    cwd: from,
    env,
    signal,
  })
    .then((told) => told.trim())
    .catch(() => null);

/** The newest name for it, as people count versions. */
function tagOf(commit: string, { tags }: Refs): string | null {
  const names = [...tags].flatMap(([name, each]) => (each === commit ? [name] : []));
  return names.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1) ?? null;
}
