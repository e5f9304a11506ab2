/** Finds a file by its name: in a folder or above it, and below a folder. */
import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Folders that hold what others made: nobody's own file is in there. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "vendor", "dist", "target", "build"]);
const MOST_FOLDERS = 20_000;

/** @returns the path of the nearest one, or `null` */
export function nearestAbove(folder: string, name: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const file = join(at, name);
    if (isFile(file)) return file;
    if (at === dirname(at)) return null;
  }
}

/** @returns the paths of all of them, nearest to the folder first; hidden folders and links are left alone */
export function allBelow(folder: string, name: string, deepest = 8): string[] {
  const found: string[] = [];
  let folders = [resolve(folder)];
  let seen = 0;
  for (let depth = 0; depth <= deepest && folders.length > 0 && seen < MOST_FOLDERS; depth += 1) {
    seen += folders.length;
    found.push(...folders.map((at) => join(at, name)).filter(isFile));
    folders = folders.flatMap(foldersIn).slice(0, MOST_FOLDERS);
  }
  return found;
}

export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not for us
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name))
      .map((entry) => join(folder, entry.name))
      .sort();
  } catch {
    return []; // not for us
  }
}
