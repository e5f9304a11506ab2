/** All projects that are known: registered in the log, or found by who asks. One project is one, however it is known. */

import { foldName } from "../../domain/fold-name.ts";
import type { CheckPipeline, Project } from "../../domain/project/project.ts";
import { projectFrom } from "../../domain/project/project.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { Standing, Stands } from "../../ports/standing.ts";
import type { ProjectFileSent } from "./project-files.ts";
import { type ReadProject, tryProject } from "./read-project.ts";

/** One way in which a project is known. */
export interface Known {
  name: string;
  origin: "found" | "sent" | "registered";
  /** Its folder or repository. */
  place: string | null;
  /** When the file was changed, or when it was registered; `null` = the door did not say. */
  at: string | null;
  project: Project | null;
  /** Why it cannot be read. */
  problem: string | null;
  /** The file, when it is at hand. */
  file: { name: string; lineOf: ReadProject["lineOf"] } | null;
}

export interface KnownProject {
  name: string;
  /** The newest one that can be read counts. */
  counts: Known;
  origins: readonly Known[];
}

export function knownProjects(
  standing: Standing,
  files: readonly ProjectFileSent[],
  checkPipeline?: CheckPipeline,
): KnownProject[] {
  const byName = new Map<string, Known[]>();
  for (const known of [
    ...standing.list("project").map(fromLog),
    ...files.map((file) => fromFile(file, checkPipeline)),
  ]) {
    const key = foldName(known.name);
    byName.set(key, [...(byName.get(key) ?? []), known]);
  }
  return [...byName.values()].map(merge).sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Registered = Stands<"project">;

function fromLog({ at, data }: Registered): Known {
  const project = projectFrom(data.config);
  const problem = project === null ? "this version of vice cannot read it; register it again" : null;
  return { name: data.project, origin: "registered", place: data.place, at, project, problem, file: null };
}

function fromFile(
  { name, text, place, changedAt, origin }: ProjectFileSent,
  checkPipeline?: CheckPipeline,
): Known {
  const { read, problem } = tryProject({ name, text }, checkPipeline);
  return {
    name: read?.project.project ?? place ?? name,
    ...{ origin, place, at: changedAt, problem },
    project: read?.project ?? null,
    file: read === null ? null : { name, lineOf: read.lineOf },
  };
}

function merge(origins: readonly Known[]): KnownProject {
  const newestFirst = origins.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    return x < y ? 1 : x > y ? -1 : 0;
  });
  const [counts] = newestFirst;
  if (counts === undefined) throw new ViceError("bug", { problem: "a project without an origin" });
  return { name: counts.name, counts, origins: newestFirst };
}

/** What cannot be read counts last; a file whose age nobody said counts as of now. */
const rank = ({ project, at }: Known): string => `${project === null ? 0 : 1} ${at ?? "9"}`;

/** @throws ViceError `not-found` with the nearest name */
export function projectNamed(all: readonly KnownProject[], name: string): KnownProject {
  const found = all.find((each) => foldName(each.name) === foldName(name));
  if (found !== undefined) return found;
  const names = all.map((each) => each.name);
  throw new ViceError("not-found", {
    what: "project",
    name,
    nearest: nearest(name, names),
    hint: "List them: vice project list",
  });
}
