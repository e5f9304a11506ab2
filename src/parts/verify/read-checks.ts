/** From `verify` as it is written to lanes of checks, or everything that is wrong with it. */
import { z } from "zod";
import { duration } from "../../domain/pipeline/forms.ts";
import { fill, textsIn } from "../../domain/pipeline/template.ts";
import type { ProjectProblem } from "../../domain/project/project.ts";
import type { CommonSpec } from "../../domain/verify/forms.ts";
import { nearest } from "../../kit/nearest.ts";
import { parseLeavingOwnKeys, schemaProblems } from "../../kit/yaml-file.ts";
import type { Checker, Checkers } from "../../ports/check.ts";

/** What reading needs of them. */
export type Kinds = Pick<Checkers, "kinds" | "get">;

export interface ReadCheck {
  name: string;
  checker: Checker;
  /** As it is written, without keys of the user's own: texts are filled in when it runs. */
  given: unknown;
  spec: CommonSpec;
}

/** Lanes run side by side; the checks of one lane after each other, with their cookies and captures. */
export interface ReadChecks {
  lanes: ReadonlyArray<readonly ReadCheck[]>;
  problems: readonly ProjectProblem[];
}

/** What texts may name beside captures. */
export const NAMES = ["env", "captures", "version", "commit", "url", "service", "environment"] as const;
const MOST_CHECKS = 500;

const chainForm = z.strictObject({
  chain: z.array(z.unknown()).min(1).describe("Checks after each other, with one jar of cookies"),
  name: z.string().trim().min(1).max(100).optional().describe("Stands before the names of its checks"),
});

/** The form of `verify` with its kinds, for editors: each kind stands there once, under $defs. */
export function checksForm(checkers: Kinds) {
  const kinds = checkers.kinds().flatMap((kind) => checkers.get(kind)?.schema ?? []);
  const check = z.union(kinds).meta({ id: "check" });
  const chain = z.strictObject({ ...chainForm.shape, chain: z.array(check).min(1) });
  const list = z.array(z.union([check, chain]).meta({ id: "checkOrChain" }));
  return z.union([list, z.strictObject({ ...scheduledShape, checks: list })]);
}

const scheduledShape = {
  every: duration.optional().describe("How often a server runs them by itself: 5m"),
};
const scheduled = z.strictObject({ ...scheduledShape, checks: z.array(z.unknown()).default([]) });

export function readChecks(said: unknown, checkers: Kinds): ReadChecks {
  const reading = new Reading(checkers);
  if (said !== undefined && said !== null) reading.all(said);
  return reading;
}

class Reading implements ReadChecks {
  readonly lanes: ReadCheck[][] = [];
  readonly problems: ProjectProblem[] = [];
  readonly #checkers: Kinds;
  readonly #names = new Map<string, number>();

  constructor(checkers: Kinds) {
    this.#checkers = checkers;
  }

  all(said: unknown): void {
    if (Array.isArray(said)) {
      this.#list(said, []);
      return;
    }
    const { parsed, given } = parseLeavingOwnKeys(scheduled, said);
    if (parsed.success) this.#list(parsed.data.checks, ["checks"]);
    else this.#wrong([], scheduled, parsed.error, given);
  }

  #list(items: readonly unknown[], above: ProjectProblem["path"]): void {
    if (items.length > MOST_CHECKS)
      this.problems.push({ path: above, problem: `${items.length} checks are more than ${MOST_CHECKS}` });
    for (const [at, item] of items.entries()) {
      const path = [...above, at];
      if (Object.hasOwn(Object(item), "chain")) this.#chain(item, path);
      else this.lanes.push(this.#check(item, path, "", new Set()));
    }
  }

  #chain(item: unknown, path: ProjectProblem["path"]): void {
    const { parsed, given } = parseLeavingOwnKeys(chainForm, item);
    if (!parsed.success) {
      this.#wrong(path, chainForm, parsed.error, given);
      return;
    }
    const { name, chain } = parsed.data;
    const prefix = name === undefined ? "" : `${name}: `;
    const known = new Set<string>();
    this.lanes.push(chain.flatMap((each, at) => this.#check(each, [...path, "chain", at], prefix, known)));
  }

  /** @param known names that checks before it capture; its own are added */
  #check(item: unknown, path: ProjectProblem["path"], prefix: string, known: Set<string>): ReadCheck[] {
    const checker = this.#checker(item, path);
    if (checker === null) return [];
    const { parsed, given } = parseLeavingOwnKeys(checker.schema, item);
    if (!parsed.success) {
      this.#wrong(path, checker.schema, parsed.error, given);
      return [];
    }
    this.#places(given, path, known);
    for (const name of capturesOf(given)) known.add(name);
    const spec = parsed.data;
    return [{ name: this.#name(prefix, spec, checker, path), checker, given, spec }];
  }

  #checker(item: unknown, path: ProjectProblem["path"]): Checker | null {
    const { type } = Object(item) as { type?: unknown };
    const kinds = this.#checkers.kinds();
    const checker = typeof type === "string" ? this.#checkers.get(type) : null;
    if (checker !== null) return checker;
    const all = kinds.join(", ");
    if (typeof item !== "object" || item === null || Array.isArray(item))
      this.problems.push({ path, problem: `expected a check, as {type: http, url: ...}` });
    else if (typeof type !== "string")
      this.problems.push({ path, problem: `type is missing; expected one of ${all}` });
    else
      this.problems.push({
        ...{ path: [...path, "type"], problem: `"${type}" is none of ${all}`, word: type, known: kinds },
      });
    return null;
  }

  /** What is told apart by its name must have one of its own. */
  #name(prefix: string, spec: CommonSpec, checker: Checker, path: ProjectProblem["path"]): string {
    const plain = spec.name ?? nameOf(checker.kind, withoutPlaces(checker.subject(spec)));
    const name = `${prefix}${plain}`.slice(0, MOST_NAME);
    const before = this.#names.get(name) ?? 0;
    this.#names.set(name, before + 1);
    if (before === 0) return name;
    if (spec.name !== undefined)
      this.problems.push({ path: [...path, "name"], problem: `there is already a check "${name}"` });
    return `${name} (${before + 1})`;
  }

  #places(given: unknown, path: ProjectProblem["path"], known: ReadonlySet<string>): void {
    for (const text of textsIn(given))
      fill(text, ([root = "", name = "", ...more]) => {
        const wrong = placeProblem(root, name, more.length, known);
        if (wrong !== null) this.problems.push({ path, ...wrong });
        return null;
      });
  }

  #wrong(path: ProjectProblem["path"], schema: z.ZodType, error: z.ZodError, given: unknown): void {
    const found = schemaProblems(schema, error, given);
    this.problems.push(...found.map((each) => ({ ...each, path: [...path, ...each.path] })));
  }
}

const MOST_NAME = 200;

const nameOf = (kind: string, subject: string): string =>
  subject.startsWith(kind) ? subject : `${kind} ${subject}`.trim();

/** What differs from run to run is no part of a name: by its name it is known again. */
const withoutPlaces = (text: string): string =>
  fill(text, (place) => (place[0] === "url" ? "" : `{${place.at(-1)}}`));

const capturesOf = (given: unknown): string[] =>
  Object.keys(Object((Object(given) as { capture?: unknown }).capture));

function placeProblem(
  root: string,
  name: string,
  more: number,
  captures: ReadonlySet<string>,
): Pick<ProjectProblem, "problem" | "nearest"> | null {
  if (!(NAMES as readonly string[]).includes(root))
    return {
      problem: `nothing is called "${root}" here, only ${NAMES.join(", ")}`,
      nearest: nearest(root, NAMES),
    };
  const hasName = root === "env" || root === "captures";
  if (hasName !== (name !== "") || more > 0)
    return { problem: hasName ? `write ${root}.NAME` : `${root} has nothing behind it` };
  if (root !== "captures" || captures.has(name)) return null;
  return {
    problem: `no check before it captures "${name}"`,
    nearest: nearest(name, [...captures]),
  };
}
