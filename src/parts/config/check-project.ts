/** `vice project check`: whether a project file is right; everything that is wrong is told at once. */
import { z } from "zod";
import type { CheckPipeline } from "../../domain/project/project.ts";
import { count } from "../../kit/count.ts";
import { ViceError } from "../../kit/errors.ts";
import { configCommand } from "./define-command.ts";
import { filesInput, type ProjectFileSent } from "./project-files.ts";
import { readProject } from "./read-project.ts";

const item = z.strictObject({
  file: z.string(),
  project: z.string(),
  services: z.array(z.string()),
  environments: z.array(z.string()),
});

export const checkProject = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "project.check",
    words: ["project", "check"],
    part: "config",
    summary: "Say whether a vice.yaml is right, or everything that is wrong with it.",
    examples: ["vice project check", "vice project check services/shop", "vice project check - < vice.yaml"],
    effect: "read",
    positional: ["...files"],
    input: z.object(filesInput),
    output: z.strictObject({ items: z.array(item) }),
    list: "items",
    needsStore: false,
    run: ({ files }) => ({
      items: someFiles(files).map(({ name, text }) => {
        const { project } = readProject({ name, text }, checkPipeline);
        const environments = project.environments.map((each) => each.name);
        return {
          file: name,
          project: project.project,
          services: Object.keys(project.services),
          environments,
        };
      }),
    }),
    text: ({ items }) =>
      items
        .map(
          ({ file, project, services, environments }) =>
            `${file} is right: ${project}, ${count(services.length, "service")}, ${count(environments.length, "environment")}.`,
        )
        .join("\n"),
  });

/** @throws ViceError `not-found` */
export function someFiles(files: readonly ProjectFileSent[]): readonly ProjectFileSent[] {
  if (files.length > 0) return files;
  throw new ViceError("not-found", {
    message: "There is no vice.yaml in this folder or above it.",
    hint: "`vice init` writes one; or name the file.",
  });
}
