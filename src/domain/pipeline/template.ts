/** Texts with `${{ outputs.build.version }}` in them: which names they use, and the text with those filled in. Pure. */
import { checkName, ExpressionProblem } from "./expression.ts";

const HOLE = /\$\{\{(.*?)\}\}/gs;

/** @throws ExpressionProblem for what can never mean anything */
export function namesIn(text: string): Array<readonly string[]> {
  return [...text.matchAll(HOLE)].map(([, inner = ""]) => {
    const path = inner.trim().split(".");
    checkName(path);
    return path;
  });
}

/** First words of names that belong to a pipeline; checks have names of their own beside them. */
const OF_PIPELINE: ReadonlySet<string> = new Set(["outputs", "inputs", "matrix", "steps"]);
export const isOfPipeline = ([root = ""]: readonly string[]): boolean => OF_PIPELINE.has(root);

/** Of a step with checks: what the pipeline fills in. @throws ExpressionProblem */
export const pipelineNamesIn = (text: string): Array<readonly string[]> =>
  [...text.matchAll(HOLE)]
    .filter(([, inner = ""]) => isOfPipeline(inner.trim().split(".")))
    .flatMap(([hole]) => namesIn(hole));

/** @param value `null` = not known yet, the place stays as it is */
export const fill = (text: string, value: (path: readonly string[]) => string | null): string =>
  text.replace(HOLE, (whole, inner: string) => value(inner.trim().split(".")) ?? whole);

/** Does the same to every text in a value of lists and objects. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapTexts(each, change)]));
}

export function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

export { ExpressionProblem };
