/** `vice init`: looks at a repository and writes a first `vice.yaml`, never over one that is there. */
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import { ViceError } from "../../../kit/errors.ts";
import { isFile } from "../../../kit/find-files.ts";
import { readProject } from "../read-project.ts";
import { lookAround } from "./look-around.ts";
import { repositoryAt } from "./repository.ts";
import { projectText } from "./write-file.ts";

export interface Initialised {
  file: string;
  written: boolean;
  text: string;
  found: Array<{ file: string; says: string }>;
  /** What to do now. */
  next: string[];
}

export interface Initialising {
  folder: string;
  dryRun: boolean;
  /** The text of a pipeline that is known from elsewhere. */
  pipeline: string | null;
  checkPipeline: CheckPipeline;
}

/** @throws ViceError `input.invalid` when there is one, `store.unavailable` when it cannot be written */
export function initProject({ folder, dryRun, pipeline, checkPipeline }: Initialising): Initialised {
  const file = join(resolve(folder), "vice.yaml");
  if (!dryRun) refuseWhenThere(file);
  const sketch = lookAround(repositoryAt(folder));
  const text = projectText(sketch, pipeline);
  // What we write must be right by our own reader, whatever the names in there are.
  readProject({ name: "vice.yaml", text }, checkPipeline);
  if (!dryRun) write(file, text);
  const found = sketch.clues.map((clue) => ({ file: clue.file, says: clue.says }));
  const guessed = sketch.environments.every((each) => each.file === null);
  return { file, written: !dryRun, text, found, next: nextSteps(sketch.target === null, guessed, dryRun) };
}

function refuseWhenThere(file: string): void {
  if (!isFile(file)) return;
  throw new ViceError("input.invalid", {
    message: `${file} is there already. It was left as it is.`,
    hint: "Check it: vice project check. What would be written: vice init --dry-run",
  });
}

/** Fails when somebody else made one meanwhile. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: "wx" });
    // It is a file of the project and no secret of vice: whoever may read its folder may read it.
    chmodSync(file, 0o600 | (statSync(dirname(file)).mode & 0o044));
  } catch (error) {
    if (Object(error)["code"] === "EEXIST") refuseWhenThere(file);
    const problem = error instanceof Error ? error.message : "nobody knows why";
    throw new ViceError("input.invalid", {
      message: `${file} cannot be written: ${problem}.`,
      hint: "Check the folder.",
    });
  }
}

const nextSteps = (noTarget: boolean, guessedEnvironments: boolean, dryRun: boolean): string[] => [
  ...(dryRun ? ["Write it: vice init"] : []),
  ...(noTarget ? ["Say how it is deployed: target in vice.yaml"] : []),
  ...(guessedEnvironments
    ? ["Name its environments: none were found, staging and production are guesses"]
    : []),
  ...(dryRun
    ? []
    : ["Check it after each change: vice project check", "Tell the server about it: vice project register"]),
];
