/** Artifacts by digest in the home: whole or not there, proved whenever they are read, and only so many of them. */
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { uuidv7 } from "../../kit/ids.ts";
import { copyTree, treeDigest } from "./tree.ts";

export interface CacheLimits {
  /** Of all of them, in bytes of their files. */
  bytes: number;
  count: number;
}

interface About {
  /** Digest of the folder as it was put. */
  tree: string;
  bytes: number;
}

export interface ArtifactCache {
  /** @returns false when it is not there, or is not what it was: then it is gone */
  copyTo(digest: string, folder: string, signal: AbortSignal): Promise<boolean>;
  /** @param make fills an empty folder; when it throws nothing is kept */
  put(digest: string, make: (folder: string) => Promise<void>): Promise<void>;
}

const MAKING = ".making-";
/** What a process left that ended while it made one. */
const LEFT_MS = 24 * 3_600_000;

export function artifactCache(root: string, limits: CacheLimits): ArtifactCache {
  const placeOf = (digest: string): string => join(root, digest.replaceAll(":", "-"));
  return {
    copyTo: async (digest, folder, signal) => {
      const place = placeOf(digest);
      const about = await readAbout(place);
      if (about === null) return false;
      await copyTree(join(place, "tree"), folder, { signal }).catch(ifDamaged);
      // What lies there now is proved, not what was read: a disk may lie on the way.
      if ((await treeDigest(folder, { signal }).catch(ifDamaged)) === about.tree) {
        const now = new Date();
        await utimes(join(place, "about.json"), now, now).catch(() => {});
        return true;
      }
      await rm(place, { recursive: true, force: true });
      await empty(folder);
      return false;
    },
    put: async (digest, make) => {
      const place = placeOf(digest);
      const making = join(root, `${MAKING}${uuidv7()}`);
      const tree = join(making, "tree");
      try {
        await mkdir(tree, { recursive: true, mode: 0o700 });
        await make(tree);
        const about: About = { tree: await treeDigest(tree), bytes: await bytesIn(tree) };
        await writeFile(join(making, "about.json"), JSON.stringify(about), { mode: 0o600, flush: true });
        await rm(place, { recursive: true, force: true });
        // Somebody else may have put the same in this moment.
        await rename(making, place).catch(async (problem: unknown) => {
          if ((await readAbout(place)) === null) throw problem;
        });
      } finally {
        // An archive that broke off may still be writing.
        await rm(making, { recursive: true, force: true, maxRetries: 5 });
      }
      await prune(root, place, limits);
    },
  };
}

/** An entry that cannot be read is no entry; what was asked to stop, stops. */
function ifDamaged(problem: unknown): null {
  if (problem instanceof Error && problem.name === "AbortError") throw problem;
  if (typeof problem === "string") throw problem; // the reason of an abort
  return null;
}

async function readAbout(place: string): Promise<About | null> {
  try {
    return JSON.parse(await readFile(join(place, "about.json"), "utf8")) as About;
  } catch {
    return null;
  }
}

async function empty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The longest unused go first; the one that was just put stays, however large it is. */
async function prune(root: string, newest: string, limits: CacheLimits): Promise<void> {
  const places = (await readdir(root)).map((name) => join(root, name));
  const kept: Array<{ place: string; usedMs: number; bytes: number }> = [];
  for (const place of places.filter((each) => each !== newest)) {
    const about = await readAbout(place);
    const used = await stat(about === null ? place : join(place, "about.json")).catch(() => null);
    if (used === null) continue;
    if (about !== null && !place.includes(MAKING))
      kept.push({ place, usedMs: used.mtimeMs, bytes: about.bytes });
    else if (Date.now() - used.mtimeMs > LEFT_MS) await rm(place, { recursive: true, force: true });
  }
  let count = 1;
  let bytes = (await readAbout(newest))?.bytes ?? 0;
  for (const each of kept.sort((a, b) => b.usedMs - a.usedMs)) {
    count += 1;
    bytes += each.bytes;
    if (count > limits.count || bytes > limits.bytes) await rm(each.place, { recursive: true, force: true });
  }
}
