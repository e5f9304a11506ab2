/** Artifact `folder`: what lies in a folder of the project, all of it but the records of version control. */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { z } from "zod";
import { ViceError } from "../../kit/errors.ts";
import type { ArtifactKindAdapter } from "./kind.ts";
import { commitOf } from "./run-git.ts";
import { copyTree, treeDigest } from "./tree.ts";

const path = z.string().min(1);
const schema = z.union([path, z.strictObject({ path })]).transform((given) => ({
  path: typeof given === "string" ? given : given.path,
}));

export const folderKind: ArtifactKindAdapter<z.output<typeof schema>> = {
  schema,
  resolve: async ({ spec, version }, { cwd, home, env, signal }) => {
    const from = resolve(cwd, spec.path);
    if ((await stat(from).catch(() => null))?.isDirectory() !== true)
      throw new ViceError("not-found", {
        ...{ what: "folder", name: from },
        hint: "Build it first, or mend `artifact: { folder: ... }` in vice.yaml.",
      });
    const digest = await treeDigest(from, { except: home, signal });
    // Without changes that nobody committed, the commit says what it is.
    const commitSha = await commitOf(from, env, signal);
    return { kind: "folder", name: basename(from), version, commitSha, digest, from };
  },
  bring: async ({ from }, folder, { home, signal }) => copyTree(from, folder, { except: home, signal }),
};
