/** What a folder holds, as one digest: names, contents, executable bits and links; nothing outside through a link. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { constants, copyFile, lstat, mkdir, readdir, readlink, realpath, symlink } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { ViceError } from "../../kit/errors.ts";

/** Records of version control, and what a file browser leaves: no part of what is deployed. */
const NEVER = new Set([".git", ".hg", ".svn", ".DS_Store"]);

interface Entry {
  /** From the root, with `/`. */
  path: string;
  kind: "file" | "program" | "folder" | "link";
  /** Where a link leads to, as it is written. */
  target: string;
}

export interface TreeOptions {
  /** A folder that is never part of it: the home of vice may lie within the project. */
  except?: string;
  signal?: AbortSignal;
}

/** @throws ViceError `not-found`, `data.invalid` */
export async function treeDigest(root: string, options: TreeOptions = {}): Promise<string> {
  const all = createHash("sha256");
  for (const { path, kind, target } of await entriesOf(root, options)) {
    options.signal?.throwIfAborted();
    const isFile = kind === "file" || kind === "program";
    const holds = isFile ? await hashFile(join(root, path), createHash("sha256")) : target;
    all.update(`${JSON.stringify([kind, path, holds])}\n`);
  }
  return `sha256:${all.digest("hex")}`;
}

/** Into a folder that is empty or not there. */
export async function copyTree(root: string, to: string, options: TreeOptions = {}): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const { path, kind, target } of await entriesOf(root, options)) {
    options.signal?.throwIfAborted();
    const place = join(to, path);
    if (kind === "folder") await mkdir(place);
    else if (kind === "link") await symlink(target, place);
    // Where the file system can, the two share their blocks until one is changed.
    else await copyFile(join(root, path), place, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  }
}

/** Sorted, each folder before what is in it. */
async function entriesOf(root: string, { except }: TreeOptions): Promise<Entry[]> {
  const real = await realpath(root).catch(() => {
    throw new ViceError("not-found", { what: "folder", name: root, hint: "See `artifact:` in vice.yaml." });
  });
  const without = except === undefined ? null : await realpath(except).catch(() => null);
  const found: Entry[] = [];
  const walk = async (folder: string): Promise<void> => {
    const inside = (await readdir(folder, { withFileTypes: true })).sort(byName);
    for (const each of inside) {
      const place = join(folder, each.name);
      if (NEVER.has(each.name) || place === without) continue;
      const path = relative(real, place).split(sep).join("/");
      found.push(await entryAt(real, place, path, each));
      if (each.isDirectory()) await walk(place);
    }
  };
  await walk(real);
  return found;
}

const byName = (a: Dirent, b: Dirent): number => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

async function entryAt(root: string, place: string, path: string, each: Dirent): Promise<Entry> {
  if (each.isDirectory()) return { path, kind: "folder", target: "" };
  if (each.isSymbolicLink()) return { path, kind: "link", target: await innerTarget(root, place, path) };
  if (!each.isFile()) refuse(path, "is neither a file nor a folder nor a link");
  const { mode } = await lstat(place);
  return { path, kind: (mode & 0o100) === 0 ? "file" : "program", target: "" };
}

async function innerTarget(root: string, place: string, path: string): Promise<string> {
  const target = await readlink(place);
  const isWithin = (at: string): boolean => at === root || at.startsWith(root + sep);
  // As it reads, and as the file system goes through other links on the way.
  const meant = resolve(dirname(place), target);
  const reached = await realpath(place).catch(() => meant);
  if (target.startsWith("/") || !isWithin(meant) || !isWithin(reached))
    refuse(path, "is a link that leads out of it");
  return target;
}

function refuse(path: string, problem: string): never {
  throw new ViceError("data.invalid", {
    message: `"${path}" in the artifact ${problem}. Nothing was deployed.`,
    hint: "Take it away, or name a folder without it under `artifact:`.",
  });
}

export async function hashFile(file: string, hash: Hash): Promise<string> {
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
