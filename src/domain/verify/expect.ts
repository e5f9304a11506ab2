/** Holds what came against what was expected, and takes values from it for later checks. Pure: the tools are handed in. */
import type { Capture, Condition, ConditionForm, TextExpectation } from "./forms.ts";

/** What a check saw. */
export interface Seen {
  text: string;
  /** `undefined` = the text is no JSON. */
  json: unknown;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  cookies: Readonly<Record<string, string>>;
  outputs: Readonly<Record<string, string>>;
  durationMs: number;
}

export interface Tools {
  /** All values at a JSONPath, or why there are none to be had. */
  at: (path: string, json: unknown) => { values: unknown[] } | { problem: string };
  /** The groups of the first match, the whole first; `null` = none. @throws Error when it takes too long */
  match: (pattern: string, text: string) => string[] | null;
  /** What of it does not fit a JSON Schema; `null` = it fits. */
  misfit: (schema: Readonly<Record<string, unknown>>, value: unknown) => string | null;
}

/** One thing that is not as it was expected. */
export interface Miss {
  what: string;
  expected: string;
  actual: string;
}

export function missesOf(wanted: TextExpectation, seen: Seen, tools: Tools): Miss[] {
  const { contains = [], excludes = [], matches, json = {}, schema, within } = wanted;
  const { text, durationMs } = seen;
  const misses: Miss[] = [];
  const miss = (what: string, expected: string, actual: string): void =>
    void misses.push({ what, expected, actual });
  for (const each of contains) if (!text.includes(each)) miss("the text", `"${each}" in it`, text);
  for (const each of excludes) if (text.includes(each)) miss("the text", `no "${each}" in it`, text);
  if (matches !== undefined && tools.match(matches, text) === null) miss("the text", `/${matches}/`, text);
  for (const [path, form] of Object.entries(json)) {
    const found = valuesAt(path, seen, tools);
    if ("problem" in found) miss(path, sayForm(form), found.problem);
    else misses.push(...conditionMisses(path, form, found.values, tools));
  }
  if (schema !== undefined) {
    const wrong = seen.json === undefined ? "it is no JSON" : tools.misfit(schema, seen.json);
    if (wrong !== null) miss("the answer", "what its schema asks", `something else (${wrong})`);
  }
  if (within !== undefined && durationMs > within)
    miss("the time", `at most ${within} ms`, `${Math.round(durationMs)} ms`);
  return misses;
}

const valuesAt = (path: string, { json }: Seen, { at }: Tools): ReturnType<Tools["at"]> =>
  json === undefined ? { problem: "it is no JSON" } : at(path, json);

/** @param values none = it is not there */
export function conditionMisses(
  what: string,
  form: ConditionForm,
  values: readonly unknown[],
  { match }: Pick<Tools, "match">,
): Miss[] {
  const wanted: Condition = typeof form === "object" && form !== null ? form : { equals: form };
  const [first] = values;
  const isThere = values.length > 0;
  const one = sayValue(first);
  const said = isThere ? (values.length === 1 ? one : sayValue(values)) : "nothing";
  const misses: Miss[] = [];
  const ask = (isFine: boolean, expected: string): void => {
    if (!isFine) misses.push({ what, expected, actual: said });
  };
  const { equals, not, contains, matches, exists, count, above, below } = wanted;
  if (exists !== undefined) ask(isThere === exists, exists ? "something" : "nothing");
  if (equals !== undefined) ask(isThere && isSame(first, equals), sayValue(equals));
  if (not !== undefined) ask(isThere && !isSame(first, not), `anything but ${sayValue(not)}`);
  if (contains !== undefined)
    ask(
      values.some((value) => holds(value, contains)),
      `"${contains}" in it`,
    );
  if (matches !== undefined) ask(isThere && match(matches, one) !== null, `/${matches}/`);
  if (count !== undefined) ask(countOf(values) === count, `${count} of them`);
  if (above !== undefined) ask(isThere && Number(first) > above, `more than ${above}`);
  if (below !== undefined) ask(isThere && Number(first) < below, `less than ${below}`);
  return misses;
}

/** What is written in a file may be a number where the answer has a text, and the other way round. */
const isSame = (value: unknown, wanted: unknown): boolean =>
  value === wanted ||
  (typeof value !== "object" && value !== null && wanted !== null && String(value) === String(wanted));

const holds = (value: unknown, part: string): boolean =>
  Array.isArray(value) ? value.some((each) => isSame(each, part)) : sayValue(value).includes(part);

const countOf = (values: readonly unknown[]): number => {
  const [only] = values;
  return values.length === 1 && Array.isArray(only) ? only.length : values.length;
};

export function captured(form: Capture, seen: Seen, tools: Tools): { value: string } | { problem: string } {
  if (typeof form === "string") {
    const found = valuesAt(form, seen, tools);
    if ("problem" in found) return found;
    return found.values.length === 0
      ? { problem: `there is nothing at ${form}` }
      : { value: sayValue(found.values[0]) };
  }
  if ("match" in form) {
    const groups = tools.match(form.match, seen.text);
    return groups === null
      ? { problem: `nothing fits /${form.match}/` }
      : { value: groups[1] ?? groups[0] ?? "" };
  }
  const [what, from, name] =
    "header" in form
      ? (["header", seen.headers, form.header.toLowerCase()] as const)
      : "cookie" in form
        ? (["cookie", seen.cookies, form.cookie] as const)
        : (["output", seen.outputs, form.output] as const);
  const value = Object.hasOwn(from, name) ? from[name] : undefined;
  return value === undefined ? { problem: `there is no ${what} ${name}` } : { value };
}

const sayForm = (form: ConditionForm): string =>
  typeof form === "object" && form !== null ? JSON.stringify(form) : sayValue(form);

/** Texts as they are, anything else as JSON. */
export const sayValue = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");

const SHOWN = 300;

/** The start of a long text: enough to see what came. */
export function shortened(text: string): string {
  const line = text.trim();
  if (line === "") return "empty text";
  return line.length <= SHOWN ? line : `${line.slice(0, SHOWN)}…`;
}

export const sayMiss = ({ what, expected, actual }: Miss): string =>
  `${what} is ${actual}, expected ${expected}`;
