/** `vice config get` and `explain`: one value; and why it is that: where it stands, and what it took the place of. */
import { z } from "zod";
import type { CheckPipeline } from "../../../domain/project/project.ts";
import { sayReference } from "../../../domain/values/reference.ts";
import { configLayers, type ResolvedValue, type SaidValue } from "../../../domain/values/resolve.ts";
import type { TextStyle } from "../../../kit/command.ts";
import { ViceError } from "../../../kit/errors.ts";
import { nearest } from "../../../kit/nearest.ts";
import { printable } from "../../../kit/table.ts";
import { configCommand } from "../define-command.ts";
import { layersIn } from "./resolve-values.ts";
import {
  asksTheLog,
  projectInput,
  type Subject,
  sayWhere,
  setInput,
  subjectWith,
  whereInput,
} from "./subject.ts";

const input = z.object({
  key: z.string().trim().min(1).describe("Name of the value"),
  environment: z.string().optional().describe("Default: the first one; production must be named"),
  project: projectInput,
  set: setInput,
  ...whereInput,
});

const said = z.strictObject({
  value: z.string().nullable().describe("null = a secret, or not set here by intent"),
  secret: z.boolean(),
  reference: z.string().nullable().describe("Where the secret is"),
  layer: z.string(),
  file: z.string().nullable(),
  line: z.int().nullable(),
  path: z.string().describe("Keys that lead to it"),
});
type Said = z.output<typeof said>;

const explained = z.strictObject({
  key: z.string(),
  where: z.string(),
  ...said.shape,
  description: z.string().nullable(),
  overridden: z.array(said).describe("What it took the place of, the nearest first"),
});

export const getValue = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.get",
    words: null,
    part: "config",
    summary: "Print one value, as it holds in an environment. Secrets: vice config secret get.",
    examples: ["vice config get LOG_LEVEL prod-eu", "vice config get PORT --project shop --service api"],
    effect: "read",
    positional: ["key", "environment"],
    needsStore: asksTheLog,
    input,
    output: z.strictObject({ key: z.string(), value: z.string() }),
    run: (asked, ctx) => {
      const subject = subjectWith(checkPipeline)(asked, ctx);
      const { key, value, secret } = valueNamed(subject, asked.key);
      if (secret)
        throw new ViceError("input.invalid", {
          message: `${key} is a secret.`,
          hint: `Open it: vice config secret get ${key}${subject.environment === null ? "" : ` ${subject.environment.name}`}`,
        });
      if (value !== null) return { key, value };
      throw new ViceError("not-found", {
        message: `${key} is not set in ${sayWhere(subject)}, by intent (null).`,
        hint: `Where: vice config explain ${key}`,
      });
    },
    text: ({ value }) => value,
  });

export const explainValue = (checkPipeline: CheckPipeline) =>
  configCommand({
    id: "config.explain",
    words: null,
    part: "config",
    summary: "Say why a value is what it is: file, line and layer, and what it took the place of.",
    examples: ["vice config explain LOG_LEVEL prod-eu", "vice config explain DATABASE_URL --json"],
    effect: "read",
    positional: ["key", "environment"],
    needsStore: asksTheLog,
    input,
    output: explained,
    http: { method: "GET", path: "/v1/projects/:project/values/:key" },
    run: (asked, ctx) => {
      const subject = subjectWith(checkPipeline)(asked, ctx);
      const found = valueNamed(subject, asked.key);
      const rules = configLayers(subject).flatMap(({ config }) => config.schema?.[found.key] ?? []);
      return {
        key: found.key,
        where: sayWhere(subject),
        ...toSaid(found),
        description: rules.at(-1)?.description ?? null,
        overridden: found.overridden.map(toSaid),
      };
    },
    text: sayExplained,
  });

const toSaid = ({ value, secret, reference, source }: SaidValue): Said => ({
  ...{ value, secret, reference: reference === null ? null : sayReference(reference) },
  ...{ layer: source.layer, file: source.file, line: source.line, path: source.path.join(".") },
});

/** @throws ViceError `not-found` with the nearest name */
export function valueNamed(subject: Subject, key: string): ResolvedValue {
  const { project, environment, service, from } = subject;
  const { resolved } = layersIn(project, environment, service, from);
  const found = resolved.find((each) => each.key === key);
  if (found !== undefined) return found;
  throw new ViceError("not-found", {
    message: `There is no value "${key}" in ${sayWhere(subject)}.`,
    nearest: nearest(
      key,
      resolved.map((each) => each.key),
    ),
    hint: "See all: vice config render",
  });
}

function sayExplained(found: z.output<typeof explained>, style: TextStyle): string {
  const { key, where, description, overridden } = found;
  const about = description === null ? [] : [style.color("dim", printable(description))];
  return [
    `${style.color("bold", key)} in ${printable(where)} is ${saidAs(found)}`,
    ...about,
    `  from ${placeOf(found)}`,
    ...overridden.map((each) => style.color("dim", `  over ${saidAs(each)} from ${placeOf(each)}`)),
  ].join("\n");
}

function saidAs({ value, secret, reference }: Said): string {
  if (reference !== null) return `a secret: ${printable(reference)}`;
  if (value !== null) return JSON.stringify(value);
  return secret ? "no secret (null)" : "not set (null)";
}

const placeOf = ({ file, line, layer, path }: Said): string => {
  if (layer === "deployment") return "--set, for this once";
  const at = file === null ? path : `${file}${line === null ? "" : `:${line}`}`;
  return `${printable(at)} (${layer})`;
};
