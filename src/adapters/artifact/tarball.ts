/** Artifact `tarball`: an archive (.tar, .tar.gz, .tgz), a file here or an address. */
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { z } from "zod";
import { fill } from "../../domain/pipeline/template.ts";
import { ViceError } from "../../kit/errors.ts";
import { download } from "./download.ts";
import type { ArtifactKindAdapter } from "./kind.ts";
import { hashFile } from "./tree.ts";
import { unpack, withoutWrapping } from "./unpack.ts";

const place = z
  .string()
  .min(1)
  .refine((text) => !/^https?:\/\/[^/]*@/i.test(text), "a password does not belong into an address");
const schema = z.union([place, z.strictObject({ from: place })]).transform((given) => ({
  from: typeof given === "string" ? given : given.from,
}));

const isAddress = (from: string): boolean => /^https?:\/\//i.test(from);

export const tarballKind: ArtifactKindAdapter<z.output<typeof schema>> = {
  schema,
  resolve: async ({ spec, version }, { cwd, scratch, signal }) => {
    const named = fromFor(spec.from, version);
    const from = isAddress(named) ? named : resolve(cwd, named);
    const digest = `sha256:${await fetched(from, join(scratch, "archive"), signal)}`;
    const name = basename(isAddress(from) ? new URL(from).pathname : from).replace(
      /\.(tgz|tar(\.\w+)?)$/,
      "",
    );
    return { kind: "tarball", name, version, commitSha: null, digest, from };
  },
  bring: async ({ from, digest }, folder, { scratch, signal }) => {
    const file = join(scratch, "archive");
    const found = `sha256:${await fetched(from, file, signal)}`;
    if (found !== digest) throw moved(from, digest, found);
    await unpack(isAddress(from) ? file : from, folder);
    await withoutWrapping(folder);
  },
};

function fromFor(text: string, version: string | null): string {
  const from = fill(text, ([name, ...more]) => (name === "version" && more.length === 0 ? version : null));
  if (!from.includes("${{")) return from;
  throw new ViceError("input.invalid", {
    message: version === null ? `${text} asks for a version.` : `${from}: only version can be filled in.`,
    hint: "Say it: --version 1.4.2",
  });
}

/** @returns the digest of the file, which for an address lies at `file` then */
async function fetched(from: string, file: string, signal: AbortSignal): Promise<string> {
  if (isAddress(from)) return (await download(from, file, { signal })).sha256;
  if ((await stat(from).catch(() => null))?.isFile() === true) return hashFile(from, createHash("sha256"));
  throw new ViceError("not-found", { what: "archive", name: from, hint: "Build it first." });
}

export const moved = (from: string, wanted: string, found: string): ViceError =>
  new ViceError("conflict", {
    message: `${from} holds other bytes than it did: ${found} instead of ${wanted}. Nothing was deployed.`,
    hint: "Deploy again to take what is there now, or name the former version.",
  });
