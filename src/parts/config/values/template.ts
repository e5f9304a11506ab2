/** `vice config template`: writes the files that vice.yaml makes from templates; with a secret in it for its owner alone. */
import { readFileSync } from "node:fs";
import { isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import { fillTemplate } from "../../../domain/values/fill.ts";
import { configLayers, type ResolvedValue } from "../../../domain/values/resolve.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { configCommand } from "../define-command.ts";
import { wrongValues } from "./render.ts";
import { resolveValues } from "./resolve-values.ts";
import { projectInput, type Subject, setInput, subjectWith, whereInput } from "./subject.ts";
import { PRIVATE, PUBLIC, writeWhole } from "./write-whole.ts";

const item = z.strictObject({ from: z.string(), to: z.string(), mode: z.string(), secret: z.boolean() });

export const writeTemplates = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.template",
    words: null,
    part: "config",
    summary: "Write the files of config.templates: all of them, or none when a value is missing.",
    examples: ["vice config template shop prod-eu", "vice config template --into preview"],
    effect: "write",
    positional: ["project", "environment"],
    needsStore: false,
    input: z.object({
      project: projectInput,
      environment: z.string().optional().describe("Default: the first one; production must be named"),
      into: z
        .string()
        .optional()
        .meta({ file: "path", description: "Another folder than that of vice.yaml" }),
      set: setInput,
      ...whereInput,
    }),
    output: z.strictObject({ items: z.array(item) }),
    list: "items",
    run: async (input, ctx) => {
      const subject = subjectWith(checkPipeline)(input, ctx);
      if (!subject.isHere)
        throw new ViceError("input.invalid", {
          message: "Templates are written where vice.yaml is. Nothing was written.",
          hint: "Go to the folder of the project.",
        });
      const { project, environment, service, from } = subject;
      const { values, resolved, problems } = await resolveValues(project, environment, service, from);
      if (problems.length > 0) throw wrongValues(subject, problems);
      const { files, problems: wrong } = filledTemplates(subject, values, resolved);
      if (wrong.length > 0) throw wrongValues(subject, wrong);
      const items = files.map(({ from: source, to, text, mode, hasSecret }) => {
        const path = join(input.into ?? from.cwd, to);
        writeWhole(path, text, mode);
        return { from: source, to: path, mode: modeText(mode), secret: hasSecret };
      });
      return { items };
    },
    text: ({ items }) =>
      items.length === 0
        ? "vice.yaml names no templates: config: { templates: [{ from: app.conf.template, to: app.conf }] }"
        : items
            .map(
              ({ from, to, mode, secret }) => `${to} from ${from} (${mode}${secret ? ", with secrets" : ""})`,
            )
            .join("\n"),
  });

const modeText = (mode: number): string => mode.toString(8).padStart(4, "0");

export interface FilledFile {
  from: string;
  to: string;
  text: string;
  mode: number;
  hasSecret: boolean;
}

/** Writes nothing. */
export function filledTemplates(
  { project, environment, service, from }: Pick<Subject, "project" | "environment" | "service" | "from">,
  values: Readonly<Record<string, string>>,
  resolved: readonly ResolvedValue[],
): { files: FilledFile[]; problems: string[] } {
  const said = configLayers({ project, environment, service }).flatMap(({ config }) =>
    config.templates === undefined ? [] : [config.templates],
  );
  const secrets = new Set(resolved.flatMap(({ key, reference }) => (reference === null ? [] : [key])));
  const problems: string[] = [];
  const files = (said.at(-1) ?? []).flatMap((template): FilledFile[] => {
    if (!isInside(template.to)) {
      problems.push(`${template.to} is outside the folder of vice.yaml; a template is written below it`);
      return [];
    }
    const text = read(join(from.cwd, template.from));
    if (text === null) {
      problems.push(`the template ${template.from} cannot be read`);
      return [];
    }
    const filled = fillTemplate(text, { values, secrets, nearest });
    problems.push(...filled.problems.map(({ line, problem }) => `${template.from}:${line}: ${problem}`));
    const mode = template.mode === undefined ? PUBLIC : Number.parseInt(template.mode, 8);
    const { hasSecret } = filled;
    return [{ ...template, text: filled.text, hasSecret, mode: hasSecret ? mode & PRIVATE : mode }];
  });
  return { files, problems };
}

function isInside(path: string): boolean {
  const way = relative(".", resolve(path));
  return !isAbsolute(path) && way !== "" && !way.startsWith("..");
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null; // not there, or not readable
  }
}
