/** Evaluates the expressions of a mapping: JSONPath without scripts, templates, fixed texts. Never throws. */
import { JSONPath } from "jsonpath-plus";
import { globOf } from "../../../domain/pattern.ts";
import { text } from "../shaping.ts";
import type { Field } from "./mapping.ts";

const MAX_CHARS = 2000;

/** What expressions may see: `$` is the item, `$$` the whole body, `headers.<name>` the headers. */
export interface Scope {
  item: unknown;
  body: unknown;
  headers: Readonly<Record<string, string>>;
}

/** The first alternative that gives something; `null` when none does. */
export function textFor(field: Field, scope: Scope): string | null {
  for (const expression of field) {
    const value = evaluate(expression, scope);
    if (value !== null) return value;
  }
  return null;
}

/** A template with a hole gives nothing: half an id is no id. */
function evaluate(expression: string, scope: Scope): string | null {
  if (isPath(expression)) return piped(expression, scope);
  if (!expression.includes("{{")) return text(expression, MAX_CHARS);
  let complete = true;
  const filled = expression.replace(/\{\{(.*?)\}\}/g, (_, inner: string) => {
    const value = piped(inner.trim(), scope);
    complete = complete && value !== null;
    return value ?? "";
  });
  return complete ? text(filled, MAX_CHARS) : null;
}

const isPath = (expression: string): boolean => /^(\$|headers\.)/.test(expression);

/** `path | after "x" | before "x" | lower`. */
function piped(expression: string, scope: Scope): string | null {
  const [path = "", ...filters] = expression.split(/\s+\|\s+/);
  return filters.reduce<string | null>(
    (value, filter) => filtered(value, filter),
    scalarAt(path.trim(), scope),
  );
}

function filtered(value: string | null, filter: string): string | null {
  const [, name, , separator = ""] = /^(\w+)(?:\s+(["'])(.*)\2)?$/.exec(filter.trim()) ?? [];
  if (value === null || name === undefined) return null;
  if (name === "lower") return value.toLowerCase();
  const at = name === "after" ? value.lastIndexOf(separator) : value.indexOf(separator);
  if (separator === "" || at < 0) return null;
  if (name === "after") return text(value.slice(at + separator.length));
  return name === "before" ? text(value.slice(0, at)) : null;
}

function scalarAt(path: string, scope: Scope): string | null {
  if (path.startsWith("headers.")) return text(scope.headers[path.slice("headers.".length).toLowerCase()]);
  for (const found of valuesAt(path, scope)) {
    const value = text(typeof found === "boolean" ? String(found) : found, MAX_CHARS);
    if (value !== null) return value;
  }
  return null;
}

/** All that stands at a path; nothing for a path that is no JSONPath. */
export function valuesAt(path: string, { item, body }: Scope): unknown[] {
  const [json, query] = path.startsWith("$$") ? [body, path.slice(1)] : [item, path];
  if (query === "$") return [json];
  if (typeof json !== "object" || json === null) return [];
  try {
    const found: unknown = JSONPath({ path: query, json, eval: false, wrap: true });
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** Texts compared without case; `*` stands for any characters. */
export function fits(pattern: string, value: string): boolean {
  return globOf(pattern)(value) !== null;
}
