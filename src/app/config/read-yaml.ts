/** Reads a YAML file against a schema; an error names every place: file, line, key and the nearest known key. */
import { existsSync, readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import { type KeyPath, problemsOf } from "../../kit/say-issue.ts";
import { type ConfigProblem, configInvalid } from "./config-problems.ts";

/** @throws ViceError `config.invalid` with every problem. Keys that begin with `x-` are the user's own. */
export function readYaml<T extends z.ZodType>(file: string, schema: T): z.output<T> {
  const document = parseDocument(readText(file), { prettyErrors: true });
  if (document.errors.length > 0)
    throw configInvalid(
      file,
      document.errors.map(({ message, linePos }) => ({
        path: [],
        line: linePos?.[0].line,
        problem: message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "it is not YAML",
      })),
    );
  const content = withoutOwnKeys(contentOf(document, file));
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw configInvalid(file, schemaProblems(schema, parsed.error, content));
}

/** @param path of the keys that lead to what was parsed */
export function schemaProblems(
  schema: z.ZodType,
  error: z.ZodError,
  content: unknown,
  path: KeyPath = [],
): ConfigProblem[] {
  return problemsOf(error, content).map((one) => {
    const near = one.unknownKey ? nearest(String(one.path.at(-1)), knownKeys(schema, one.path)) : one.nearest;
    return { ...one, nearest: near, path: [...path, ...one.path] };
  });
}

/** Aliases that multiply beyond reason show only when they are followed (package `yaml`, option `maxAliasCount`). */
function contentOf(document: { toJS(): unknown }, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    const problem = error instanceof Error ? withoutAlias(error.message) : "its aliases cannot be followed";
    throw new ViceError("config.invalid", { file, problem }, error);
  }
}

/** A secret that begins with an asterisk and has no quotes is an alias to YAML, and must not be told. */
const withoutAlias = (message: string): string =>
  message.replace(/^(Unresolved alias).*$/, "$1: a text that begins with * needs quotes");

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const problem = existsSync(file)
      ? `it cannot be read (${error instanceof Error ? error.message : ""})`
      : "there is no such file";
    throw new ViceError("config.invalid", { file, problem }, error);
  }
}

function withoutOwnKeys(content: unknown): unknown {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return content;
  return Object.fromEntries(Object.entries(content).filter(([key]) => !key.startsWith("x-")));
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}

/** The keys that would have been right at this place. */
function knownKeys(schema: z.ZodType, path: ReadonlyArray<string | number>): string[] {
  let at: JsonSchema | undefined = z.toJSONSchema(schema, {
    unrepresentable: "any",
    io: "input",
  }) as JsonSchema;
  for (const step of path.slice(0, -1)) {
    const properties: Record<string, JsonSchema> = at?.properties ?? {};
    const open: JsonSchema | undefined =
      typeof at?.additionalProperties === "object" ? at.additionalProperties : undefined;
    at = typeof step === "number" ? at?.items : (properties[step] ?? open);
  }
  const choices = at?.anyOf ?? (at === undefined ? [] : [at]);
  return choices.flatMap((choice) => Object.keys(choice.properties ?? {}));
}
