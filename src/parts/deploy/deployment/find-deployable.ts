/** Which service of which project is meant, and where it goes: by names, or by the vice.yaml at hand. */

import { foldName } from "../../../domain/fold-name.ts";
import type { Project, ProjectEnvironment } from "../../../domain/project/project.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import type { Standing } from "../../../ports/standing.ts";
import { chooseEnvironment, knownProjects, type ProjectFileSent } from "../../config/index.ts";

export interface Deployable {
  project: Project;
  service: string;
  environment: ProjectEnvironment;
  /** Folder of the project on the machine that runs vice. */
  cwd: string;
  /** As it is written, for the plan. */
  written: unknown;
  /** Whether it counts because it is registered; else it was read from a file of who asks. */
  isRegistered: boolean;
  /** Whether it is the project of the folder of who asks. */
  isAtHand: boolean;
}

export interface Wanted {
  /** A project or one of its services; `null` = the one at hand. */
  name: string | null;
  environment: string | null;
  files: readonly ProjectFileSent[];
  /** Whether what the files say counts; else they only name the project that is at hand. */
  mayBring: boolean;
}

type Candidate = Omit<Deployable, "service" | "environment">;

/** @throws ViceError `not-found`, `usage`, `input.invalid`, `project.invalid` */
export function findDeployable(wanted: Wanted, standing: Standing, read: ReadFile): Deployable {
  const all = candidates(wanted, standing, read);
  const unread = wanted.mayBring ? null : (wanted.files[0] ?? null);
  const { name, environment } = swapped(wanted, all);
  const { candidate, service } =
    name === null || isLost(all, unread) ? atHand(all, unread) : named(all, name);
  return { ...candidate, service, environment: chooseEnvironment(candidate.project, environment) };
}

/** With nothing that could have been meant by the name, the file that was not read is what there is to tell. */
const isLost = (all: readonly Candidate[], unread: ProjectFileSent | null): boolean =>
  unread !== null && all.length === 0;

/** Reads the text of a project file. @throws ViceError `project.invalid` */
export type ReadFile = (file: { name: string; text: string }) => { project: Project; written: unknown };

/** A file at hand counts before a registered project of the same name, from whom may bring one. */
function candidates({ files, mayBring }: Wanted, standing: Standing, read: ReadFile): Candidate[] {
  const namesAtHand = mayBring ? [] : files.flatMap((file) => nameIn(file, read));
  const own = (mayBring ? files : []).map(({ name, text, place }): Candidate => {
    const { project, written } = read({ name, text });
    return { project, written, cwd: place ?? process.cwd(), isRegistered: false, isAtHand: true };
  });
  const registered = knownProjects(standing, []).flatMap(({ counts }): Candidate[] => {
    const row = standing.list("project").find(({ data }) => foldName(data.project) === foldName(counts.name));
    if (counts.project === null || row === undefined) return [];
    const cwd = counts.place?.startsWith("/") === true ? counts.place : "/";
    const isAtHand = namesAtHand.some((name) => same(name, counts.name));
    return [{ project: counts.project, written: row.data.config, cwd, isRegistered: true, isAtHand }];
  });
  const isOwn = ({ project }: Candidate): boolean =>
    own.some((each) => same(each.project.project, project.project));
  return [...own, ...registered.filter((each) => !isOwn(each))];
}

/** None for a file that is wrong: what it says does not matter then. */
function nameIn({ name, text }: ProjectFileSent, read: ReadFile): string[] {
  try {
    return [read({ name, text }).project.project];
  } catch {
    return [];
  }
}

const same = (a: string, b: string): boolean => foldName(a) === foldName(b);

/** `vice deploy staging` in the folder of a project names an environment of it. */
function swapped(
  { name, environment }: Wanted,
  all: readonly Candidate[],
): Pick<Wanted, "name" | "environment"> {
  if (name === null || environment !== null || named(all, name, false) !== null) return { name, environment };
  const isEnvironment = all.some(
    ({ isAtHand, project }) => isAtHand && project.environments.some((each) => same(each.name, name)),
  );
  return isEnvironment ? { name: null, environment: name } : { name, environment };
}

interface Found {
  candidate: Candidate;
  service: string;
}

function atHand(all: readonly Candidate[], unread: ProjectFileSent | null): Found {
  const candidate = all.find(({ isAtHand }) => isAtHand);
  if (candidate !== undefined) return { candidate, service: onlyService(candidate.project) };
  if (unread === null)
    throw new ViceError("usage", {
      message: "There is no vice.yaml in this folder or above it, and no project was named.",
      hint: "Name one (vice project list), or write one here: vice init",
    });
  const known = all.slice(0, 10).map(({ project }) => project.project);
  throw new ViceError("usage", {
    message: `${unread.name} is not read: only an admin sends one to a server. No project of its name is registered.`,
    hint: `${known.length === 0 ? "Nothing is registered yet" : `Registered are: ${known.join(", ")}`}. An admin registers this one: vice project register`,
  });
}

function named(all: readonly Candidate[], name: string): Found;
function named(all: readonly Candidate[], name: string, must: false): Found | null;
function named(all: readonly Candidate[], name: string, must = true): Found | null {
  for (const candidate of all) {
    const service = Object.keys(candidate.project.services).find((each) => same(each, name));
    if (service !== undefined) return { candidate, service };
  }
  const candidate = all.find(({ project }) => same(project.project, name));
  if (candidate !== undefined) return { candidate, service: onlyService(candidate.project) };
  if (!must) return null;
  const known = all.flatMap(({ project }) => [project.project, ...Object.keys(project.services)]);
  throw new ViceError("not-found", {
    message: `There is no project or service "${name}" that vice could deploy. Nothing was done.`,
    nearest: nearest(name, known),
    hint:
      known.length === 0
        ? "Write a vice.yaml (vice init), or register one: vice project register"
        : `There are: ${[...new Set(known)].slice(0, 10).join(", ")}. What else can be done: vice help deploy`,
  });
}

function onlyService({ project, services }: Project): string {
  const names = Object.keys(services);
  const own = names.find((each) => same(each, project)) ?? names[0];
  if (own !== undefined && (names.length === 1 || same(own, project))) return own;
  throw new ViceError("usage", {
    message:
      own === undefined
        ? `The project "${project}" names no service.`
        : `The project "${project}" has several services.`,
    hint:
      own === undefined
        ? "Name what is deployed in its vice.yaml: services: { NAME: { target: ... } }"
        : `Name one of them: ${names.join(", ")}`,
  });
}
