/** `vice config render`: the values and secrets of an application as the format that it reads. */
import { stringify } from "yaml";
import { z } from "zod";
import { HIDDEN } from "../../../domain/project/hide-secrets.ts";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import {
  asDotenv,
  asSecret,
  asShell,
  FORMATS,
  type Format,
  unwritable,
} from "../../../domain/values/render.ts";
import { count } from "../../../kit/count.ts";
import { ViceError } from "../../../kit/errors.ts";
import { configCommand } from "../define-command.ts";
import { requireSetting } from "./require-setting.ts";
import { planValues, resolveValues } from "./resolve-values.ts";
import {
  asksTheLog,
  nameOf,
  projectInput,
  requireOpening,
  type Subject,
  sayWhere,
  setInput,
  subjectWith,
  whereInput,
} from "./subject.ts";
import { PRIVATE, PUBLIC, writeWhole } from "./write-whole.ts";

const output = z.strictObject({
  project: z.string(),
  environment: z.string().nullable(),
  service: z.string().nullable(),
  format: z.enum(FORMATS),
  values: z.int().describe("How many, secrets among them"),
  secrets: z.array(z.string()).describe("Names of those that are secrets"),
  hidden: z.boolean().describe("Whether *** stands for the texts of secrets"),
  text: z.string().nullable().describe("null = it was written to the file"),
  file: z.string().nullable(),
});

export const renderValues = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.render",
    words: null,
    part: "config",
    isDefault: true,
    summary:
      "Print values and secrets as env, dotenv, JSON, YAML or a Secret of Kubernetes. A terminal sees no secrets.",
    examples: [
      "vice config render shop prod-eu --format dotenv --output .env",
      'eval "$(vice config render)"',
      "vice config render shop staging --format json --reveal",
      "vice config render shop prod-eu --format k8s-secret | kubectl apply -f -",
    ],
    effect: "read",
    // Like `secret get`.
    noted: ({ reveal, output: file }) => reveal || file !== undefined,
    positional: ["project", "environment"],
    needsStore: asksTheLog,
    input: z.object({
      project: projectInput,
      environment: z.string().optional().describe("Default: the first one; production must be named"),
      format: z.enum(FORMATS).default("env").meta({ short: "f" }),
      output: z.string().optional().meta({
        file: "path",
        short: "o",
        description: "Write it to this file; with a secret in it for its owner alone",
      }),
      reveal: z
        .boolean()
        .default(false)
        .meta({ piped: true, description: "Show secrets; a pipe or file gets them anyway" }),
      set: setInput,
      ...whereInput,
    }),
    output,
    http: { method: "GET", path: "/v1/projects/:project/values" },
    run: async (input, ctx) => {
      const subject = subjectWith(checkPipeline)(input, ctx);
      const isShown = input.reveal || input.output !== undefined;
      if (input.output !== undefined && !subject.isHere)
        throw new ViceError("input.invalid", {
          message: "A file can be written only where vice.yaml is. Nothing was written.",
          hint: "Go to the folder of the project, or send what is printed where it belongs: ... > FILE",
        });
      if (isShown) {
        requireOpening(subject, ctx);
        requireSetting(subject, input.set, ctx.principal);
      }
      const { values, secrets } = isShown ? await opened(subject) : await closed(subject);
      const text = rendered(values, input.format, nameOf(subject));
      if (input.output !== undefined) writeWhole(input.output, text, secrets.length > 0 ? PRIVATE : PUBLIC);
      const { project, environment, service } = subject;
      return {
        ...{
          project: project.project,
          environment: environment?.name ?? null,
          service,
          format: input.format,
        },
        ...{ values: Object.keys(values).length, secrets, hidden: !isShown && secrets.length > 0 },
        text: input.output === undefined ? text : null,
        file: input.output ?? null,
      };
    },
    text: ({ text, file, values, secrets }) =>
      text?.replace(/\n$/, "") ??
      `Wrote ${file}: ${count(values, "value")}, ${secrets.length === 0 ? "none of them secret" : `${secrets.length} of them secret, for its owner alone (0600)`}.`,
    note: ({ hidden, text, values, project, environment }) => {
      if (values === 0)
        return `${project}${environment === null ? "" : ` in ${environment}`} has no values. Say some in vice.yaml: config: { values: { LOG_LEVEL: info } }`;
      return hidden && text !== null ? `${HIDDEN} stands for secrets; --reveal shows them.` : "";
    },
  });

interface Written {
  values: Record<string, string>;
  /** Names. */
  secrets: string[];
}

/** @throws ViceError `data.invalid` with every problem: half of the values help nobody */
async function opened(subject: Subject): Promise<Written> {
  const { project, environment, service, from } = subject;
  const { values, resolved, problems } = await resolveValues(project, environment, service, from);
  if (problems.length > 0) throw wrongValues(subject, problems);
  const names = resolved.flatMap(({ key, reference }) => (reference === null ? [] : [key]));
  return { values, secrets: names };
}

/** Without opening anything. @throws ViceError like `opened` */
async function closed(subject: Subject): Promise<Written> {
  const { project, environment, service, from } = subject;
  const { items, problems } = await planValues(project, environment, service, from);
  if (problems.length > 0) throw wrongValues(subject, problems);
  const held = items.flatMap(({ key, value, reference }) => {
    const text = reference === null ? value : HIDDEN;
    return text === null ? [] : [[key, text] as const];
  });
  const names = items.flatMap(({ key, reference }) => (reference === null ? [] : [key]));
  return { values: Object.fromEntries(held), secrets: names };
}

export function wrongValues(subject: Subject, problems: readonly string[]): ViceError {
  return new ViceError("data.invalid", {
    message: `The values of ${sayWhere(subject)} are not right:\n${problems.map((each) => `  ${each}`).join("\n")}`,
    hint: "Mend them, then look again: vice config check",
    problems: [...problems],
  });
}

/** @throws ViceError `data.invalid` for what the format cannot say */
function rendered(values: Record<string, string>, format: Format, name: string): string {
  const wrong = unwritable(values, format);
  if (wrong.length > 0)
    throw new ViceError("data.invalid", {
      message: `These values cannot be written as ${format}:\n${wrong.map(({ key, problem }) => `  ${key}: ${problem}`).join("\n")}`,
      hint: "Take another format: --format json",
    });
  switch (format) {
    case "env":
      return asShell(values);
    case "dotenv":
      return asDotenv(values);
    case "json":
      return `${JSON.stringify(values, null, 2)}\n`;
    case "yaml":
      return stringify(values, { lineWidth: 0, version: "1.1" });
    case "k8s-secret":
      return stringify(
        asSecret(values, name, (text) => Buffer.from(text).toString("base64")),
        { lineWidth: 0, version: "1.1" },
      );
  }
}
