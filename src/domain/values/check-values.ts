/** Whether the values that hold are what the schema of the project asks for. Pure. */
import { type Fits, misfit } from "./misfit.ts";
import { placeOf, type ResolvedValue } from "./resolve.ts";
import type { ValueRule } from "./values-schema.ts";

export interface ValuesToCheck {
  /** By layer, the furthest first. */
  rules: ReadonlyArray<Readonly<Record<string, ValueRule>>>;
  resolved: readonly ResolvedValue[];
  /** Those that could be opened. */
  values: Readonly<Record<string, string>>;
  nearest: (word: string, known: readonly string[]) => string | null;
  fits: Fits;
}

/** One sentence for each problem; the text of a secret stands in none. */
export function checkValues({ rules, resolved, values, nearest, fits }: ValuesToCheck): string[] {
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
    const problem = text === undefined ? null : misfit(text, rule, secret, fits);
    return problem === null ? [] : [`${at}${key}: ${problem}`];
  });
  return [...missing, ...wrong];
}
