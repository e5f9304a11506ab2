/** Reads the project files that a command is about: those that are named, those below a folder, or the nearest one. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { ViceError } from "../../kit/errors.ts";
import { allBelow, isFile, nearestAbove } from "../../kit/find-files.ts";

const NAME = "vice.yaml";

interface LoadedProject {
  name: string;
  place: string | null;
  text: string;
  changedAt: string | null;
  origin: "found" | "sent";
}

/**
 * @param given paths of files or of their folders; `-` = standard input
 * @param under a folder to look below
 * @returns none when there is none
 * @throws ViceError `not-found`
 */
export async function loadProjects(
  given: unknown,
  under: unknown,
  readInput: () => Promise<string>,
): Promise<LoadedProject[]> {
  const named = Array.isArray(given) ? given.map(String) : [];
  const below = typeof under === "string" ? allBelow(under, NAME) : [];
  const nearest = named.length + below.length > 0 || under !== undefined ? null : nearestAbove(".", NAME);
  const found = [...below, ...(nearest === null ? [] : [nearest])];
  const sent = named.map(async (path): Promise<LoadedProject> => {
    if (path !== "-") return load(isFile(path) ? path : join(path, NAME), "sent");
    return { name: "standard input", place: null, text: await readInput(), changedAt: null, origin: "sent" };
  });
  return Promise.all([...sent, ...found.map((path) => load(path, "found"))]);
}

async function load(path: string, origin: LoadedProject["origin"]): Promise<LoadedProject> {
  const file = resolve(path);
  const near = relative(".", file);
  try {
    const [text, { mtime }] = await Promise.all([readFile(file, "utf8"), stat(file)]);
    const name = near.startsWith("..") ? file : near;
    return { name, place: dirname(file), text, changedAt: mtime.toISOString(), origin };
  } catch (error) {
    const hint = "Check the path; `vice init` writes one.";
    throw new ViceError("not-found", { what: "project file", name: path, hint }, error);
  }
}
