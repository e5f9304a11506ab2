/** Puts proven files into a home: the store by one rename, so that at every moment there is a whole one. */
import { copyFile, link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ViceError } from "../../../kit/errors.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { Services } from "../../../ports/services.ts";
import type { BackupFile, Manifest } from "./manifest.ts";

/** What may stand in a home that counts as empty: the lock, what an operator puts there first, and caches of a user whose home it is. */
const FREE =
  /^(?:\.cache|lock\.db.*|lock\.pid|secrets\.json|vice\.server\.yaml|vice\.server\.restored\.yaml|\.(?:restoring|backup|drill)-.*)$/;

/** @throws ViceError `conflict` when something stands there */
export async function requireEmpty(home: string): Promise<void> {
  const occupied = await occupants(home);
  if (occupied.length === 0) return;
  const shown = occupied.slice(0, 4).join(", ");
  throw new ViceError("conflict", {
    message: `${home} is not empty (${shown}). Nothing was changed.`,
    hint: "Restore elsewhere with --to <folder>, or replace it with --force: the present store is then kept aside.",
  });
}

async function occupants(home: string): Promise<string[]> {
  const entries = await readdir(home, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    if (FREE.test(entry.name)) continue;
    const empty = entry.isDirectory() && (await readdir(join(home, entry.name))).length === 0;
    if (!empty) found.push(entry.name);
  }
  return found;
}

/**
 * The store that was there is linked aside and then replaced. Its write-ahead log is folded in before, for one that
 * stayed behind would be replayed into the restored store. The spool stays: its records are facts still to be told.
 * @returns the folder with what stood there before, or `null` when nothing did
 */
export async function takeHome(
  services: Pick<Services, "openStore">,
  staged: string,
  home: string,
  manifest: Manifest,
  nowMs: number,
): Promise<string | null> {
  const stamp = new Date(nowMs).toISOString().replace(/[-:.]/g, "");
  const aside = join(home, `before-restore-${stamp}-${uuidv7(nowMs).slice(-6)}`);
  let kept = false;
  const inOrder = manifest.files.toSorted((a, b) => Number(a.role === "store") - Number(b.role === "store"));
  for (const file of inOrder) {
    const target = join(home, await nameInHome(home, file));
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    if (file.role === "store") await foldLog(services, target, aside);
    if (await exists(target)) kept = (await keep(target, aside)) || kept;
    await rename(join(staged, file.path), target);
  }
  return kept ? aside : null;
}

async function nameInHome(home: string, { role, path }: BackupFile): Promise<string> {
  if (role === "spool")
    return path.endsWith("damaged.ndjson")
      ? `spool/damaged-${uuidv7()}.ndjson`
      : `spool/waiting-${uuidv7()}.ndjson`;
  if (role === "config" && (await exists(join(home, path)))) return path.replace(/\.yaml$/, ".restored.yaml");
  return path;
}

/** Opening and closing folds the log in. A store too damaged for that is kept as it is, with its log beside it. */
async function foldLog(services: Pick<Services, "openStore">, store: string, aside: string): Promise<void> {
  const log = `${store}-wal`;
  if (!(await exists(log))) return;
  for (const file of [store, log]) if (await exists(file)) await keep(file, aside);
  try {
    services.openStore(store, "write").close();
  } catch {
    for (const tail of ["-wal", "-shm"]) await rm(store + tail, { force: true });
  }
}

/** A second name for the same file; a copy where the file system has no links. */
async function keep(file: string, aside: string): Promise<true> {
  await mkdir(aside, { recursive: true, mode: 0o700 });
  const target = join(aside, basename(file));
  if (!(await exists(target))) await link(file, target).catch(() => copyFile(file, target));
  return true;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
