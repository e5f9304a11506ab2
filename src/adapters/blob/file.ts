/** Backups in a folder: every object appears under its name only when it is whole and on the disk. */
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { ViceError } from "../../kit/errors.ts";
import { uuidv7 } from "../../kit/ids.ts";
import type { BlobStore } from "../../ports/blob-store.ts";

const PART = ".part-";

export function fileBlobs(folder: string): BlobStore {
  const pathFor = (name: string): string => {
    const path = resolve(folder, name);
    if (path.startsWith(resolve(folder) + sep)) return path;
    throw new ViceError("data.invalid", { message: `The name "${name}" leads out of ${folder}.` });
  };
  return {
    url: pathToFileURL(folder).href,
    put: async (name, content) => writeWhole(pathFor(name), content).catch(explain(folder)),
    get: async (name) => {
      const path = pathFor(name);
      const found = await stat(path).catch(() => null);
      if (found?.isFile() !== true) throw new ViceError("not-found", { what: "object", name: path });
      return createReadStream(path);
    },
    list: async (suffix) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(ifMissing);
      const files = entries.filter(
        (entry) => entry.isFile() && entry.name.endsWith(suffix) && !entry.name.includes(PART),
      );
      return files
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
        .sort();
    },
  };
}

async function writeWhole(path: string, content: Readable): Promise<number> {
  await makeFolder(dirname(path));
  const part = `${path}${PART}${uuidv7()}`;
  const file = await open(part, "wx", 0o600);
  try {
    let bytes = 0;
    for await (const chunk of content as AsyncIterable<Buffer>) {
      await file.writeFile(chunk);
      bytes += chunk.length;
    }
    await file.sync();
    await file.close();
    await rename(part, path);
    await syncFolder(dirname(path));
    return bytes;
  } catch (problem) {
    await file.close().catch(() => {});
    await rm(part, { force: true });
    throw problem;
  }
}

/** Not `mkdir` with `recursive`: where a file system refuses every new name (`/proc`), Node tries for ever. */
async function makeFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => null))?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch((problem: unknown) => {
    const isThere = problem instanceof Error && "code" in problem && problem.code === "EEXIST";
    if (!isThere) throw problem;
  });
}

/** The new name is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

function ifMissing(problem: unknown): [] {
  if (problem instanceof Error && "code" in problem && problem.code === "ENOENT") return [];
  throw problem;
}

function explain(folder: string): (problem: unknown) => never {
  return (problem) => {
    if (problem instanceof ViceError || !(problem instanceof Error) || !("syscall" in problem)) throw problem;
    const hint = "Give a folder that this user can write to, with enough space.";
    throw new ViceError("outside.unreachable", { url: folder, problem: problem.message, hint }, problem);
  };
}
