/** Reads a YAML text against a schema; an error names every place: file, line, key and the nearest known key. */
import { parseDocument } from "yaml";
import { z } from "zod";
import { ViceError } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { type KeyPath, problemsOf } from "./say-issue.ts";
import { type FileProblem, fileInvalid, keysTwice, type NamedText, YAML_OPTIONS } from "./yaml-problems.ts";
import { syntaxProblems } from "./yaml-syntax.ts";

type Code = Parameters<typeof fileInvalid>[0];

/**
 * Where vice knows the keys, those that begin with `x-` are the user's own: they are left out.
 * @returns what the schema makes of it, and what was written (without those keys)
 * @throws ViceError `code` with every problem
 */
export function parseYamlText<T extends z.ZodType>(
  source: NamedText,
  schema: T,
  code: Code,
): { data: z.output<T>; written: unknown } {
  const content = yamlContent(source, code);
  const { parsed, given } = parseLeavingOwnKeys(schema, content);
  if (parsed.success) return { data: parsed.data, written: given };
  throw fileInvalid(code, source, schemaProblems(schema, parsed.error, given));
}

/** @throws ViceError `code` with every problem */
export const readYamlText = <T extends z.ZodType>(source: NamedText, schema: T, code: Code): z.output<T> =>
  parseYamlText(source, schema, code).data;

/** @throws ViceError `code`: it is no YAML */
function yamlContent(source: NamedText, code: Code): unknown {
  const document = parseDocument(source.text, YAML_OPTIONS);
  if (document.errors.length > 0) throw fileInvalid(code, source, syntaxProblems(document.errors));
  const twice = keysTwice(document, source.text);
  if (twice.length > 0) throw fileInvalid(code, source, twice);
  return contentOf(document, source.name, code);
}

/** Aliases that multiply beyond reason show only when they are followed (package `yaml`, option `maxAliasCount`). */
function contentOf(document: { toJS(): unknown }, file: string, code: Code): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    const problem = error instanceof Error ? withoutAlias(error.message) : "its aliases cannot be followed";
    throw new ViceError(code, { file, problem }, error);
  }
}

/** A secret without quotes that begins with `*` is more than text to YAML, and must not be told. */
const withoutAlias = (message: string): string =>
  message.replace(/^(Unresolved alias).*$/, "$1: a text that begins with * needs quotes");

/** Keys that begin with `x-` count only where the schema knows the keys; `given` is what was left to be parsed. */
export function parseLeavingOwnKeys<T extends z.ZodType>(
  schema: T,
  content: unknown,
): { parsed: z.ZodSafeParseResult<z.output<T>>; given: unknown } {
  for (let given = content; ; ) {
    const parsed = schema.safeParse(given);
    if (parsed.success) return { parsed, given };
    const own = problemsOf(parsed.error, given).filter(
      ({ path, unknownKey }) => unknownKey && String(path.at(-1)).startsWith("x-"),
    );
    if (own.length === 0) return { parsed, given };
    // All keys of one place at once: a file may have many.
    const places = new Map(own.map(({ path }) => [JSON.stringify(path.slice(0, -1)), path.slice(0, -1)]));
    for (const place of places.values()) given = withoutOwnKeys(given, place);
  }
}

/** A copy: an alias may stand in another place too. */
function withoutOwnKeys(content: unknown, place: KeyPath): unknown {
  if (typeof content !== "object" || content === null) return content;
  const [step, ...deeper] = place;
  if (Array.isArray(content))
    return content.map((each: unknown, at) => (at === step ? withoutOwnKeys(each, deeper) : each));
  const entries = Object.entries(content);
  if (step === undefined) return Object.fromEntries(entries.filter(([key]) => !key.startsWith("x-")));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === String(step) ? withoutOwnKeys(value, deeper) : value]),
  );
}

/** @param path of the keys that lead to what was parsed */
export function schemaProblems(
  schema: z.ZodType,
  error: z.ZodError,
  content: unknown,
  path: KeyPath = [],
): FileProblem[] {
  const tree = z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }) as JsonSchema;
  return problemsOf(error, content).map((one) => {
    const near = one.unknownKey ? nearest(String(one.path.at(-1)), knownKeys(tree, one.path)) : one.nearest;
    return { ...one, nearest: near, path: [...path, ...one.path] };
  });
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  /** Alternatives told apart by one key. */
  oneOf?: JsonSchema[];
}

/** The keys that would have been right at this place. */
function knownKeys(tree: JsonSchema, path: KeyPath): string[] {
  let at = choicesOf(tree);
  for (const step of path.slice(0, -1)) {
    at = at.flatMap((choice) => below(choice, step)).flatMap(choicesOf);
  }
  return at.flatMap((choice) => Object.keys(choice.properties ?? {}));
}

const choicesOf = (schema: JsonSchema): JsonSchema[] =>
  (schema.anyOf ?? schema.oneOf)?.flatMap(choicesOf) ?? [schema];

function below({ items, properties, additionalProperties }: JsonSchema, step: string | number): JsonSchema[] {
  if (typeof step === "number" && items !== undefined) return [items];
  const own = properties !== undefined && Object.hasOwn(properties, step) ? properties[step] : undefined;
  if (own !== undefined) return [own];
  return typeof additionalProperties === "object" ? [additionalProperties] : [];
}

/** As a JSON Schema for editors; what it leaves open for `x-` keys is what `readYamlText` leaves out. */
export function editorSchema(title: string, schema: z.ZodType): Record<string, unknown> {
  const made = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties !== undefined) jsonSchema.patternProperties = { "^x-": {} };
    },
  });
  return { title, ...made };
}
