/** Reads the text of a `vice.yaml`, or says everything that is wrong with it: line, key, what was expected, nearest name. */
import {
  type CheckPipeline,
  type Project,
  type ProjectProblem,
  projectOf,
} from "../../domain/project/project.ts";
import { projectSchema } from "../../domain/project/project-schema.ts";
import { ViceError } from "../../kit/errors.ts";
import { patternsInTime } from "../../kit/match-in-time.ts";
import { nearest } from "../../kit/nearest.ts";
import type { KeyPath } from "../../kit/say-issue.ts";
import { parseYamlText } from "../../kit/yaml-file.ts";
import { type FileProblem, fileInvalid, linesOf, type NamedText } from "../../kit/yaml-problems.ts";

export interface ReadProject {
  project: Project;
  /** As it was written, without the keys that are the user's own. */
  written: unknown;
  lineOf: (path: KeyPath) => number | undefined;
}

/** @throws ViceError `project.invalid` */
export function readProject(source: NamedText, checkPipeline?: CheckPipeline): ReadProject {
  const { data, written } = parseYamlText(source, projectSchema, "project.invalid");
  const { project, problems } = projectOf(data, checkPipeline, patternsInTime());
  if (problems.length > 0) throw fileInvalid("project.invalid", source, problems.map(toFileProblem));
  return { project, written, lineOf: linesOf(source.text) };
}

const toFileProblem = ({ word, known, ...rest }: ProjectProblem): FileProblem =>
  word === undefined || known === undefined ? rest : { ...rest, nearest: nearest(word, known) };

/** What is wrong with it in words, or the project. */
export function tryProject(
  source: NamedText,
  checkPipeline?: CheckPipeline,
): { read: ReadProject; problem: null } | { read: null; problem: string } {
  try {
    return { read: readProject(source, checkPipeline), problem: null };
  } catch (error) {
    if (!(error instanceof ViceError)) throw error;
    return { read: null, problem: error.message };
  }
}
