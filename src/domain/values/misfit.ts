/** Values as texts, and whether one is what its rule asks for. Pure. */
import type { ValueRule } from "./values-schema.ts";

/** As a program gets it in a variable; `null` = not set. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export const ownOf = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const TYPES: Readonly<Record<ValueRule["type"], readonly [fits: (text: string) => boolean, said: string]>> = {
  string: [() => true, "text"],
  number: [(text) => text.trim() !== "" && Number.isFinite(Number(text)), "a number"],
  integer: [(text) => /^[-+]?\d+$/.test(text), "a whole number"],
  boolean: [(text) => text === "true" || text === "false", "true or false"],
  url: [(text) => URL.canParse(text), "an address like https://example.com"],
  json: [isJson, "JSON"],
};

/** Whether a text fits an expression that somebody wrote, which may take years; `null` = it takes too long. */
export type Fits = (pattern: string, text: string) => boolean | null;

/** @param secret then what came is not told. @returns why it will not do, or `null` */
export function misfit(
  text: string,
  { type, enum: allowed, pattern }: ValueRule,
  secret: boolean,
  fitsPattern: Fits,
): string | null {
  const got = secret ? "" : `, got "${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
  const [fits, said] = TYPES[type];
  if (!fits(text)) return `expected ${said}${got}`;
  if (allowed !== undefined && !allowed.map(String).includes(text))
    return `expected one of ${allowed.join(", ")}${got}`;
  const isFit = pattern === undefined || fitsPattern(pattern, text);
  if (isFit === null) return `whether it matches ${pattern} takes too long to find out`;
  return isFit ? null : `does not match ${pattern}${got}`;
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false; // a SyntaxError
  }
}
