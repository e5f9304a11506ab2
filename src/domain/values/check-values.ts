/** Whether the values that hold are what the schema of the project asks for. Pure. */
import { placeOf, type ResolvedValue } from "./resolve.ts";
import type { ValueRule } from "./values-schema.ts";

export interface ValuesToCheck {
  /** By layer, the furthest first. */
  rules: ReadonlyArray<Readonly<Record<string, ValueRule>>>;
  resolved: readonly ResolvedValue[];
  /** Those that could be opened. */
  values: Readonly<Record<string, string>>;
  nearest: (word: string, known: readonly string[]) => string | null;
}

/** One sentence for each problem; the text of a secret stands in none. */
export function checkValues({ rules, resolved, values, nearest }: ValuesToCheck): string[] {
  const byKey = new Map(rules.flatMap((each) => Object.entries(each)));
  if (byKey.size === 0) return [];
  const names = [...byKey.keys()];
  const missing = [...byKey].flatMap(([key, rule]) => {
    const found = resolved.find((each) => each.key === key);
    const isSet = found !== undefined && (found.value !== null || found.reference !== null);
    return rule.required && !isSet
      ? [`${key} is missing${rule.description === undefined ? "" : `: ${rule.description}`}`]
      : [];
  });
  const wrong = resolved.flatMap((each) => {
    const { key, secret, source } = each;
    const rule = byKey.get(key);
    const at = placeOf(source);
    if (rule === undefined) {
      const meant = nearest(key, names);
      return [`${at}${key} is not in the schema${meant === null ? "" : `; did you mean ${meant}?`}`];
    }
    if (rule.secret && !secret && each.value !== null)
      return [`${at}${key} is a secret by the schema: put it below secrets, by reference`];
    const text = values[key];
    const problem = text === undefined ? null : misfit(text, rule, secret);
    return problem === null ? [] : [`${at}${key}: ${problem}`];
  });
  return [...missing, ...wrong];
}

const TYPES: Readonly<Record<ValueRule["type"], readonly [fits: (text: string) => boolean, said: string]>> = {
  string: [() => true, "text"],
  number: [(text) => text.trim() !== "" && Number.isFinite(Number(text)), "a number"],
  integer: [(text) => /^[-+]?\d+$/.test(text), "a whole number"],
  boolean: [(text) => text === "true" || text === "false", "true or false"],
  url: [(text) => URL.canParse(text), "an address like https://example.com"],
  json: [isJson, "JSON"],
};

/** @param secret then what came is not told. @returns why it will not do, or `null` */
export function misfit(
  text: string,
  { type, enum: allowed, pattern }: ValueRule,
  secret: boolean,
): string | null {
  const got = secret ? "" : `, got "${text.length > 60 ? `${text.slice(0, 60)}…` : text}"`;
  const [fits, said] = TYPES[type];
  if (!fits(text)) return `expected ${said}${got}`;
  if (allowed !== undefined && !allowed.map(String).includes(text))
    return `expected one of ${allowed.join(", ")}${got}`;
  if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) return `does not match ${pattern}${got}`;
  return null;
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false; // a SyntaxError
  }
}
