/** Unpacks archives: looked through before anything is written, so that nothing lands outside the folder. */
import { readdirSync } from "node:fs";
import { rename, rmdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { extract, list } from "tar";
import { ViceError } from "../../kit/errors.ts";
import { uuidv7 } from "../../kit/ids.ts";

/** Archives of text shrink to less than a hundredth; those that grow to more are made to fill disks. */
const MAX_BYTES = 16 * 1024 ** 3;
const MAX_ENTRIES = 1_000_000;

const LINKS: ReadonlySet<string> = new Set(["SymbolicLink", "Link"]);
/** Entries that are no part of an application. */
const ODD: ReadonlySet<string> = new Set(["CharacterDevice", "BlockDevice", "FIFO"]);

/** @throws ViceError `data.invalid` */
export async function unpack(file: string, folder: string): Promise<void> {
  try {
    await lookThrough(file);
    await extract({ file, cwd: folder, strict: true, preserveOwner: false });
  } catch (error) {
    if (error instanceof ViceError) throw error;
    throw broken(error instanceof Error ? error.message : String(error));
  }
}

interface Entry {
  path: string;
  type: string;
  size: number;
  linkpath?: string | undefined;
}

async function lookThrough(file: string): Promise<void> {
  let problem: string | null = null;
  let bytes = 0;
  let entries = 0;
  const links = new Set<string>();
  await list({
    file,
    strict: true,
    // Thrown in here an error would reach nobody.
    onReadEntry: (entry: Entry) => {
      bytes += entry.size;
      entries += 1;
      if (bytes > MAX_BYTES || entries > MAX_ENTRIES) problem ??= "it unpacks to more than fits here";
      problem ??= problemOf(entry, links);
      if (entry.type === "SymbolicLink") links.add(posix.normalize(entry.path).replace(/\/$/, ""));
    },
  });
  if (problem !== null) throw broken(problem);
  if (entries === 0) throw broken("it is empty, or no archive of tar");
}

function problemOf({ path, type, linkpath = "" }: Entry, links: ReadonlySet<string>): string | null {
  const words = path.split(/[/\\]/);
  if (posix.isAbsolute(path) || words.includes("..")) return `"${path}" leads out of it`;
  if (ODD.has(type)) return `"${path}" is a device or a pipe`;
  const above = words.map((_word, at) => posix.normalize(words.slice(0, at).join("/")));
  if (above.some((each) => links.has(each))) return `"${path}" lies behind a link`;
  if (!LINKS.has(type)) return null;
  const meant = type === "Link" ? posix.normalize(linkpath) : posix.join(posix.dirname(path), linkpath);
  return posix.isAbsolute(linkpath) || meant.startsWith("..") ? `the link "${path}" leads out of it` : null;
}

/** What npm, GitHub and `git archive --prefix` make has one folder around everything: that is taken away. */
export async function withoutWrapping(folder: string): Promise<void> {
  const [only, ...others] = readdirSync(folder, { withFileTypes: true });
  if (only?.isDirectory() !== true || others.length > 0) return;
  const wrapping = join(folder, `.wrapping-${uuidv7()}`);
  await rename(join(folder, only.name), wrapping);
  for (const name of readdirSync(wrapping)) await rename(join(wrapping, name), join(folder, name));
  await rmdir(wrapping);
}

const broken = (problem: string): ViceError =>
  new ViceError("data.invalid", {
    message: `The archive was not unpacked: ${problem}.`,
    hint: "Make it anew.",
  });
