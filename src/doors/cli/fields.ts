/** Reads a command's input schema as the fields of a form: names, types, choices, defaults. */
import { z } from "zod";

export type FieldType = "text" | "number" | "switch" | "list" | "record" | "json";

export interface Field {
  /** Key in the input. */
  key: string;
  /** `--key-in-kebab-case`, without the dashes, or what `.meta({ flag: "param" })` says. */
  flag: string;
  /** One letter, from `.meta({ short: "m" })`. */
  short: string | null;
  type: FieldType;
  choices: readonly string[];
  required: boolean;
  /** As JSON; `null` = none. */
  fallback: string | null;
  about: string;
  /**
   * From `.meta({ file: "content" })`: the value is a path, and the door sends what is in the file; `path`: an absolute
   * path (URLs stay); `projects`: paths of project files, which are looked for when none is given.
   */
  file: "content" | "path" | "projects" | null;
  /** From `.meta({ piped: true })`: a switch that is on by itself where what is printed does not go to a terminal. */
  piped: boolean;
}

interface Shape {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  required?: string[];
  default?: unknown;
  description?: string;
  short?: string;
  flag?: string;
  file?: string;
  piped?: boolean;
  fileOf?: string;
  folder?: string;
}

/** The fields of an input, in the order in which the schema names them. */
export function fieldsOf(input: z.ZodType): Field[] {
  const shape = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as Shape;
  return Object.entries(shape.properties ?? {}).flatMap(([key, each]) =>
    each.fileOf === undefined ? [fieldOf(key, each, shape.required?.includes(key) ?? false)] : [],
  );
}

/**
 * Keys that nobody types, from `.meta({ fileOf: "pipeline" })`: the door puts there what stands in the file that the other
 * key names, when there is one on this machine, as `{ file, text }`. With `folder: "dashboards"` a bare name is the file
 * `dashboards/<name>.yaml` of the project, here or above.
 */
export function sentFilesOf(input: z.ZodType): Array<{ key: string; of: string; folder: string | null }> {
  const shape = z.toJSONSchema(input, { io: "input", unrepresentable: "any" }) as Shape;
  return Object.entries(shape.properties ?? {}).flatMap(([key, { fileOf, folder }]) =>
    fileOf === undefined ? [] : [{ key, of: fileOf, folder: folder ?? null }],
  );
}

export const kebab = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();

/** What the words of the contract mean, where a schema says no more about them. */
const ABOUT: Readonly<Record<string, string>> = {
  service: "Name of the service",
  project: "Project or service",
  team: "Name of the team",
  environment: "Name of the environment",
  tier: "Tier of the environment",
  source: "The system that reported it",
  instance: "Which one of several of that source",
  kind: "Kind of activity",
  status: "Its status",
};

function fieldOf(key: string, shape: Shape, required: boolean): Field {
  const { file, short, flag = kebab(key) } = shape;
  return {
    key,
    flag,
    short: short ?? null,
    type: typeOf(shape),
    choices: choicesOf(shape),
    required: required && shape.default === undefined,
    fallback: sayDefault(shape.default),
    about: shape.description ?? ABOUT[key] ?? "",
    file: file === "content" || file === "path" || file === "projects" ? file : null,
    piped: shape.piped === true,
  };
}

const TYPES: Readonly<Record<string, FieldType>> = {
  string: "text",
  number: "number",
  integer: "number",
  boolean: "switch",
  array: "list",
};

function typeOf(shape: Shape): FieldType {
  const choices = (shape.anyOf ?? []).filter((each) => each.type !== "null");
  if (choices.length > 0) return choices.some((each) => each.type === "array") ? "list" : typeOfAny(choices);
  if (shape.type === "object") return isRecord(shape) ? "record" : "json";
  if (shape.enum !== undefined || typeof shape.const === "string") return "text";
  return TYPES[shape.type ?? ""] ?? "json";
}

/** Several types: text takes them all, since the schema sorts them out. */
function typeOfAny(choices: readonly Shape[]): FieldType {
  const types = new Set(choices.map(typeOf));
  const [only] = types;
  if (types.size === 1 && only !== undefined) return only;
  return types.has("text") ? "text" : "json";
}

const isRecord = ({ properties, additionalProperties }: Shape): boolean =>
  properties === undefined && additionalProperties !== undefined && additionalProperties !== false;

function choicesOf(shape: Shape): string[] {
  const inner = [shape, shape.items, ...(shape.anyOf ?? [])];
  return inner
    .flatMap((each) => each?.enum ?? (each?.const === undefined ? [] : [each.const]))
    .filter((each) => typeof each === "string");
}

function sayDefault(value: unknown): string | null {
  if (value === undefined || value === null || value === false || value === "") return null;
  if (typeof value === "object" && Object.keys(value).length === 0) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
