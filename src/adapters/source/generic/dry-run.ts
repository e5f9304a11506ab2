/** Tries a mapping on a sample and explains every field: what `vice data map --sample file.json` shows. */
import type { Normalised } from "../../../ports/source.ts";
import { applyMapping, type FieldReport } from "./apply.ts";
import { type Mapping, mappingsSchema } from "./mapping.ts";

/** A delivery to try: the body as it is, or with its headers. */
export interface Sample {
  headers?: Record<string, string>;
  body: unknown;
}

export type DryRun =
  /** The mapping itself is wrong: where, and what is wrong there. */
  | { valid: false; problems: Array<{ path: string; message: string }> }
  /** One item per activity: what would be stored, and per field the expression, what it found and what is wrong. */
  | { valid: true; items: Array<Normalised & { fields: FieldReport[] }> };

const NEVER = "1970-01-01T00:00:00.000Z";

/** @param mapping as it stands in YAML: one mapping or a list, with or without the enclosing `map:` */
export function dryRun(mapping: unknown, sample: Sample): DryRun {
  const parsed = mappingsSchema.safeParse(unwrapped(mapping));
  if (!parsed.success) return { valid: false, problems: problemsOf(parsed.error.issues) };
  const { headers = {}, body } = sample;
  const reading = { headers: lowerCase(headers), body, instance: null, receivedAt: NEVER, options: null };
  const reports = firstWanted(parsed.data, (one) => applyMapping(one, "sample", reading));
  return { valid: true, items: reports.map(({ result, fields }) => ({ ...result, fields })) };
}

/** The reports of the first mapping that wants the delivery, else those of the last one. */
export function firstWanted<T extends { result: Normalised; fields: FieldReport[] }>(
  mappings: readonly Mapping[],
  apply: (mapping: Mapping) => T[],
): T[] {
  let reports: T[] = [];
  for (const mapping of mappings) {
    reports = apply(mapping);
    if (reports.some(({ fields }) => fields.length > 0)) return reports;
  }
  return reports;
}

function unwrapped(mapping: unknown): unknown {
  if (typeof mapping !== "object" || mapping === null || !("map" in mapping)) return mapping;
  return mapping.map;
}

const lowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

interface Issue {
  path: PropertyKey[];
  message: string;
  errors?: unknown;
}

/** A union of "one or a list" reports each branch: the deepest problem is the one that helps. */
function problemsOf(issues: readonly Issue[]): Array<{ path: string; message: string }> {
  return issues.flatMap((issue) => {
    const branches = Array.isArray(issue.errors) ? (issue.errors as Issue[][]) : [];
    const nested = branches.map((branch) => problemsOf(branch)).sort((a, b) => depth(b) - depth(a))[0];
    const path = issue.path.map(String).join(".");
    if (nested === undefined || nested.length === 0) return [{ path, message: issue.message }];
    return nested.map((one) => ({
      path: [path, one.path].filter((part) => part !== "").join("."),
      message: one.message,
    }));
  });
}

const depth = (problems: ReadonlyArray<{ path: string }>): number =>
  Math.max(0, ...problems.map(({ path }) => path.split(".").filter((part) => part !== "").length));
