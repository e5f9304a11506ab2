/** Reads a YAML file against a schema; an error names file, line, key and the nearest known key. */
import { existsSync, readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";

/** @throws ViceError `config.invalid`. Keys that begin with `x-` are the user's own. */
export function readYaml<T extends z.ZodType>(file: string, schema: T): z.output<T> {
  const counter = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: counter, prettyErrors: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line;
    throw new ViceError("config.invalid", {
      file,
      line,
      problem: broken.message.split("\n")[0] ?? "it is not YAML",
    });
  }
  const content = contentOf(document, file);
  const parsed = schema.safeParse(withoutOwnKeys(content));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(key === undefined ? [] : [key])] as Array<string | number>;
  const node = document.getIn(path, true);
  const near = isNode(node) ? node : document.getIn(path.slice(0, -1), true);
  const offset = isNode(near) ? near.range?.[0] : undefined;
  const line = offset === undefined ? undefined : counter.linePos(offset).line;
  const problem =
    key === undefined ? `${path.join(".") || "the file"}: ${issue?.message}` : `unknown key "${key}"`;
  throw new ViceError("config.invalid", {
    file,
    line,
    problem,
    nearest: key === undefined ? null : nearest(key, knownKeys(schema, path)),
  });
}

/** Aliases that multiply beyond reason show only when they are followed (package `yaml`, option `maxAliasCount`). */
function contentOf(document: { toJS(): unknown }, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw new ViceError(
      "config.invalid",
      { file, problem: error instanceof Error ? error.message : "its aliases cannot be followed" },
      error,
    );
  }
}

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
