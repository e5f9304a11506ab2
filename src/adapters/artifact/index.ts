/** Artifacts of every kind: resolved to a digest, and kept by it in the home. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ViceError } from "../../kit/errors.ts";
import { problemsOf } from "../../kit/say-issue.ts";
import {
  ARTIFACT_KINDS,
  type ArtifactKind,
  type Artifacts,
  type ResolvedArtifact,
} from "../../ports/artifact.ts";
import { type ArtifactCache, artifactCache } from "./cache.ts";
import { folderKind } from "./folder.ts";
import { gitKind } from "./git.ts";
import type { ArtifactKindAdapter, KindContext } from "./kind.ts";
import { npmKind } from "./npm.ts";
import { ociKind } from "./oci.ts";
import { moved, tarballKind } from "./tarball.ts";
import { treeDigest } from "./tree.ts";

export interface ArtifactsOptions {
  home: string;
  /** Of vice itself: where git and npm look for what they know. */
  env: Readonly<Record<string, string | undefined>>;
  /** Of those that are kept, all together; the longest unused go first. */
  keepBytes?: number;
  keep?: number;
}

const KEEP_BYTES = 8 * 1024 ** 3;
const KEEP = 100;

const KINDS: { readonly [Kind in ArtifactKind]: ArtifactKindAdapter } = {
  folder: folderKind,
  git: gitKind,
  npm: npmKind,
  tarball: tarballKind,
  oci: ociKind,
};

const written = z.looseObject({ digest: z.string().optional() });

export function createArtifacts(options: ArtifactsOptions): Artifacts {
  const { home, env, keepBytes = KEEP_BYTES, keep = KEEP } = options;
  const cache = artifactCache(join(home, "artifacts"), { bytes: keepBytes, count: keep });
  return {
    resolve: ({ spec, version, cwd }, signal) =>
      withScratch(async (scratch) => {
        const given = written.parse(spec ?? {});
        const kind = kindOf(given);
        const adapter = KINDS[kind];
        const own = specOf(adapter, kind, given[kind]);
        const found = await adapter.resolve({ spec: own, version }, { home, env, cwd, scratch, signal });
        if (given.digest !== undefined) demand(found, given.digest);
        return found;
      }),
    fetch: (artifact, folder, signal) =>
      withScratch((scratch) => fetchInto(artifact, folder, cache, { home, env, scratch, signal })),
  };
}

function kindOf(given: object): ArtifactKind {
  const kind = ARTIFACT_KINDS.find((each) => Object.hasOwn(given, each));
  if (kind !== undefined) return kind;
  throw new ViceError("input.invalid", {
    message: "vice.yaml does not say what is deployed.",
    hint: `Give the service an artifact with one of ${ARTIFACT_KINDS.join(", ")}: artifact: { folder: dist }`,
  });
}

function specOf(adapter: ArtifactKindAdapter, kind: ArtifactKind, given: unknown): unknown {
  const parsed = adapter.schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [first] = problemsOf(parsed.error, given);
  const where = ["artifact", kind, ...(first?.path ?? [])].join(".");
  throw new ViceError("input.invalid", {
    message: `${where}: ${first?.problem ?? "is not right"}.`,
    hint: "See docs/targets.md for what each kind takes.",
  });
}

/** What `digest:` says in vice.yaml is what is deployed, or nothing is. */
function demand(found: ResolvedArtifact, wanted: string): void {
  if (found.digest === wanted) return;
  const [algorithm] = found.digest.split(":");
  const isOther = !wanted.startsWith(`${algorithm}:`);
  throw new ViceError("conflict", {
    message: `vice.yaml asks for ${wanted}, but ${found.name} ${found.version ?? ""} is ${found.digest}.`,
    hint: isOther
      ? `The digest of a ${found.kind} artifact begins with ${algorithm}:`
      : "Take the version that has this digest, or mend `digest:`. Nothing was deployed.",
  });
}

async function fetchInto(
  artifact: ResolvedArtifact,
  folder: string,
  cache: ArtifactCache,
  context: Omit<KindContext, "cwd">,
): Promise<void> {
  const { kind, digest } = artifact;
  const { signal } = context;
  if ((await readdir(folder).catch(() => [])).length > 0)
    throw new ViceError("conflict", { message: `${folder} is not empty.` });
  const adapter = KINDS[kind];
  if (await cache.copyTo(digest, folder, signal)) return;
  await cache.put(digest, async (made) => {
    await adapter.bring(artifact, made, context);
    if (kind !== "folder") return;
    const found = await treeDigest(made, { signal });
    if (found !== digest) throw moved(artifact.from, digest, found);
  });
  if (!(await cache.copyTo(digest, folder, signal)))
    throw new ViceError("conflict", { message: `${artifact.name} was kept, and is not what was kept.` });
}

async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "vice-artifact-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
