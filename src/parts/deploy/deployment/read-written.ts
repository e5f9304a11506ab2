/** Reads project files for deployments: the project, and what was written for the plan. */
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { nearestAbove } from "../../../kit/find-files.ts";
import { type ProjectFileSent, readProject } from "../../config/index.ts";
import type { ReadFile } from "./find-deployable.ts";

/** @throws ViceError `project.invalid` */
export const readWritten: ReadFile = (file) => {
  const { project, written } = readProject(file);
  return { project, written };
};

/** The vice.yaml of a folder or above it; none when there is none. */
export async function fileAt(folder: string): Promise<ProjectFileSent[]> {
  const name = nearestAbove(folder, "vice.yaml");
  if (name === null) return [];
  const text = await readFile(name, "utf8");
  return [{ name, text, place: dirname(name), changedAt: null, origin: "found" }];
}
