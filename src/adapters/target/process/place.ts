/** Where an application lies on the disk: releases, the link to the current one, logs, and its state. */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { sha256Hex } from "../../../kit/ids.ts";
import type { TargetPlace } from "../../../ports/target.ts";
import { writeWhole } from "./write-whole.ts";

export interface AppPlace {
  root: string;
  /** In the environment of everything that is started here: by it a process is known that nobody wrote down. */
  marker: (release: string) => string;
  release: (id: string) => string;
  /** Filled here, then renamed. */
  making: (id: string) => string;
  releases: string;
  /** Link to the folder of the current release. */
  current: string;
  /** The port on which the current release listens. */
  port: string;
  log: (id: string) => string;
  environment: (id: string) => string;
  state: string;
}

const MAKING = ".making-";

export function appPlace(root: string): AppPlace {
  const own = sha256Hex(root).slice(0, 16);
  const releases = join(root, "releases");
  return {
    root,
    releases,
    marker: (id) => `${own}/${id}`,
    release: (id) => join(releases, plain(id)),
    making: (id) => join(releases, `${MAKING}${plain(id)}`),
    current: join(root, "current"),
    port: join(root, "current.port"),
    log: (id) => join(root, "logs", `${plain(id)}.log`),
    environment: (id) => join(root, "env", `${plain(id)}.json`),
    state: join(root, "state.json"),
  };
}

/** A name as a name of a folder, that never leads anywhere else. */
const plain = (name: string): string => encodeURIComponent(name).replace(/^\./, "%2E").slice(0, 200);

export const defaultRoot = (home: string, { project, service, environment }: TargetPlace): string =>
  join(home, "apps", plain(project), plain(service), plain(environment));

export const rootOf = (home: string, place: TargetPlace, root: string | undefined, cwd: string): string =>
  root === undefined ? defaultRoot(home, place) : resolve(cwd, root);

/** Id of the release that `current` leads to. */
export function currentOf(place: AppPlace): string | null {
  try {
    return decodeURIComponent(basename(readlinkSync(place.current)));
  } catch {
    return null; // there is none
  }
}

/** At each moment it is the former link or the new one. */
export function linkCurrent(place: AppPlace, id: string): void {
  const made = `${place.current}.new`;
  rmSync(made, { force: true });
  symlinkSync(join("releases", basename(place.release(id))), made);
  renameSync(made, place.current);
}

const rootsIn = (home: string): string => join(home, "apps", ".roots");

/** So that whoever watches over all of them finds it, wherever its root is. */
export function noteRoot(home: string, root: string): void {
  const folder = rootsIn(home);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, sha256Hex(root).slice(0, 32));
  if (textOf(file) !== root) writeWhole(file, root);
}

export function notedRoots(home: string): string[] {
  try {
    const names = readdirSync(rootsIn(home)).filter((name) => !name.endsWith(".new"));
    return names.map((name) => textOf(join(rootsIn(home), name))).filter((root) => root !== "");
  } catch {
    return []; // nothing was deployed yet
  }
}

/** Folders of releases that broke off while they were filled. */
export const leftMakings = (place: AppPlace): string[] =>
  readdirSync(place.releases)
    .filter((name) => name.startsWith(MAKING))
    .map((name) => join(place.releases, name));

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
