/** `vice config check`: whether the values of all environments and services are right and every secret can be opened. */
import { isScalar, parseDocument } from "yaml";
import { z } from "zod";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import { looksSecret } from "../../../domain/values/looks-secret.ts";
import { placeOf } from "../../../domain/values/resolve.ts";
import { count } from "../../../kit/count.ts";
import { nearest } from "../../../kit/nearest.ts";
import { YAML_OPTIONS } from "../../../kit/yaml-problems.ts";
import { configCommand } from "../define-command.ts";
import { layersIn, planValues, resolveValues } from "./resolve-values.ts";
import { namesIn } from "./secret-set.ts";
import { openSecretsFile } from "./secrets-file.ts";
import { asksTheLog, mayOpen, projectInput, type Subject, subjectWith, whereInput } from "./subject.ts";
import { filledTemplates } from "./template.ts";

const NOT_RIGHT = 65;
/** Shorter ones are words of every log. */
const SHORTEST_HIDDEN = 4;

const output = z.strictObject({
  project: z.string(),
  checked: z.int().describe("How many pairs of environment and service were looked at"),
  items: z.array(
    z.strictObject({
      problem: z.string(),
      where: z.array(z.string()).describe("Environments and services in which it is so"),
    }),
  ),
});

export const checkConfig = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.check",
    words: null,
    part: "config",
    summary:
      "Say whether values are as the schema asks, and whether every secret can be opened; for all environments.",
    examples: ["vice config check", "vice config check shop prod-eu"],
    effect: "read",
    positional: ["project", "environment"],
    needsStore: asksTheLog,
    input: z.object({
      project: projectInput,
      environment: z.string().optional().describe("Default: all"),
      ...whereInput,
    }),
    output,
    list: "items",
    http: { method: "GET", path: "/v1/projects/:project/values-check" },
    run: async (asked, ctx) => {
      const find = subjectWith(checkPipeline);
      const { project } = find({ ...asked, anyEnvironment: true }, ctx);
      const environments =
        asked.environment === undefined ? project.environments.map(({ name }) => name) : [asked.environment];
      const services = asked.service === undefined ? Object.keys(project.services) : [asked.service];
      const subjects = (environments.length === 0 ? [undefined] : environments).flatMap((environment) =>
        (services.length === 0 ? [undefined] : services).map((service) => {
          const isAny = environment === undefined ? { anyEnvironment: true as const } : {};
          return find({ ...asked, environment, service, ...isAny }, ctx);
        }),
      );
      const found = await Promise.all(subjects.map((each) => problemsOf(each, mayOpen(each, ctx))));
      const where = new Map<string, string[]>();
      subjects.forEach((subject, at) => {
        for (const problem of found[at] ?? []) {
          const name = [subject.environment?.name, subject.service].filter(Boolean).join("/") || "all";
          where.set(problem, [...(where.get(problem) ?? []), name]);
        }
      });
      return {
        project: project.project,
        checked: subjects.length,
        items: [...where].map(([problem, names]) => ({ problem, where: names })),
      };
    },
    text: ({ project, checked, items }, style) =>
      items.length === 0
        ? `The values of ${project} are right (${count(checked, "combination")} of environment and service).`
        : items
            .map(({ problem, where }) => `${problem} ${style.color("dim", `[${where.join(", ")}]`)}`)
            .join("\n"),
    exit: ({ items }) => (items.length === 0 ? 0 : NOT_RIGHT),
  });

async function problemsOf(subject: Subject, isOpen: boolean): Promise<string[]> {
  const { project, environment, service, from } = subject;
  const planned = await planValues(project, environment, service, from);
  const inTheOpen = planned.items.flatMap(({ key, value, at }) => {
    if (value === null || !looksSecret(key, value)) return [];
    return [`${placeOfText(at)}${key} looks like a secret in the open; put it below secrets, by reference`];
  });
  if (!isOpen) return [...planned.problems, ...inTheOpen];
  const { problems, resolved, values } = await resolveValues(project, environment, service, from);
  const short = resolved.flatMap(({ key, reference, source }) => {
    const length = reference === null ? undefined : values[key]?.trim().length;
    if (length === undefined || length >= SHORTEST_HIDDEN) return [];
    return [
      `${placeOf(source)}${key} is shorter than ${SHORTEST_HIDDEN} characters and cannot be hidden in logs`,
    ];
  });
  if (!subject.isHere) return [...problems, ...inTheOpen, ...short];
  const unusable = problems.length > 0 ? [] : filledTemplates(subject, values, resolved).problems;
  return [...problems, ...inTheOpen, ...short, ...unused(subject), ...numbersReadWrong(subject), ...unusable];
}

const placeOfText = (at: string | null): string => (at === null ? "" : `${at}: `);

function unused(subject: Subject): string[] {
  if (subject.environment === null) return [];
  const { entries, name } = openSecretsFile(subject.from.cwd, subject.environment.name);
  const wanted = namesIn(subject);
  return [...entries.keys()].flatMap((key) => {
    if (wanted.has(key)) return [];
    const meant = nearest(key, [...wanted]);
    return [
      `${name}: nothing in vice.yaml asks for ${key}${meant === null ? "" : `; did you mean ${meant}?`}`,
    ];
  });
}

/** `VERSION: 1.10` is the number 1.1 to YAML. */
function numbersReadWrong({ project, environment, service, from }: Subject): string[] {
  if (from.text === null) return [];
  const document = parseDocument(from.text, YAML_OPTIONS);
  return layersIn(project, environment, service, from).resolved.flatMap(({ key, value, source }) => {
    const node = document.getIn(source.path, true);
    if (!isScalar(node) || typeof node.value !== "number" || node.source === value) return [];
    return [`${placeOf(source)}${key}: ${node.source} is the number ${value} to YAML; put it in quotes`];
  });
}
