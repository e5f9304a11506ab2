/** Paths of a step: which files are meant, and that they lie in the folder of the pipeline. */
import { glob, lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join, matchesGlob, relative, resolve, sep } from "node:path";

/** Something that whoever wrote the pipeline can mend. */
export class FileProblem extends Error {}

/** A file or a link, never what a link leads to. */
export interface Found {
  /** Seen from the base, with slashes. */
  path: string;
  file: string;
  isLink: boolean;
  mode: number;
}

interface Where {
  cwd: string;
  outside: boolean;
}

/**
 * An absolute path. Values of a run may stand in it, so it leads nowhere else unless the pipeline says so.
 * @throws FileProblem
 */
export async function placeOf(given: string, { cwd, outside }: Where): Promise<string> {
  const place = resolve(cwd, given);
  if (outside) return place;
  if (resolve(cwd) === sep)
    throw new FileProblem(`there is no folder that ${given} is seen from; write outside: true`);
  const [root, real] = await Promise.all([realpath(cwd), nearestReal(place)]);
  if (isWithin(place, resolve(cwd)) && isWithin(real, root)) return place;
  throw new FileProblem(`${given} is outside the folder of the pipeline (${cwd}); write outside: true`);
}

const isWithin = (place: string, folder: string): boolean =>
  place === folder || place.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** Where it is once links are followed, as far as it is there. */
async function nearestReal(place: string): Promise<string> {
  const real = await realpath(place).catch(() => null);
  return real ?? (place === dirname(place) ? place : nearestReal(dirname(place)));
}

export interface Wanted extends Where {
  base: string;
  paths: readonly string[];
  exclude: readonly string[];
}

/**
 * A folder means everything in it; `*` leaves out names that begin with a dot, as a shell does. Sorted, so that the same
 * files are the same list.
 * @throws FileProblem for a path that matches nothing
 */
export async function findFiles({ base, paths, exclude, ...where }: Wanted): Promise<Found[]> {
  const root = await placeOf(base, where);
  const found = new Map<string, Found>();
  for (const path of paths) {
    const places = await placesOf(path, root);
    if (places.length === 0) throw new FileProblem(`${path} is nothing that is there (in ${root})`);
    for (const place of places) {
      await placeOf(dirname(place), where);
      for (const one of await below(place, root)) found.set(one.path, one);
    }
  }
  const isLeftOut = (path: string): boolean =>
    exclude.some((each) => path === each || path.startsWith(`${each}/`) || matchesGlob(path, each));
  return [...found.values()]
    .filter(({ path }) => !isLeftOut(path))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function placesOf(path: string, root: string): Promise<string[]> {
  const place = resolve(root, path);
  if ((await lstat(place).catch(() => null)) !== null) return [place];
  const places: string[] = [];
  for await (const each of glob(path, { cwd: root })) places.push(resolve(root, each));
  return places;
}

async function below(place: string, root: string): Promise<Found[]> {
  const stat = await lstat(place);
  if (stat.isDirectory()) {
    const names = await readdir(place);
    return (await Promise.all(names.map((name) => below(join(place, name), root)))).flat();
  }
  if (!stat.isFile() && !stat.isSymbolicLink()) return [];
  const path = relative(root, place).split(sep).join("/");
  if (path.startsWith("../")) throw new FileProblem(`${path} is not below the base ${root}`);
  return [{ path, file: place, isLink: stat.isSymbolicLink(), mode: stat.mode & 0o777 }];
}
