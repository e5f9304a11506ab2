/** Says in plain words what is wrong with a value: what was expected, what came, and the nearest word that would do. */
import type { z } from "zod";
import { nearest } from "./nearest.ts";

export type KeyPath = ReadonlyArray<string | number>;

export interface InputProblem {
  path: KeyPath;
  problem: string;
  /** The key is one that nobody knows, the last of `path`. */
  unknownKey: boolean;
  nearest: string | null;
}

type Issue = z.core.$ZodIssue;

/** @param given what was parsed; it tells what is missing from what is wrong */
export function problemsOf(error: z.ZodError, given: unknown): InputProblem[] {
  return error.issues.flatMap((issue) => problemsOfIssue(issue, [], given));
}

function problemsOfIssue(issue: Issue, above: KeyPath, given: unknown): InputProblem[] {
  const path: KeyPath = [...above, ...issue.path.map((step) => (typeof step === "symbol" ? "" : step))];
  const one = (problem: string, near: string | null = null): InputProblem[] => [
    { path, problem, unknownKey: false, nearest: near },
  ];
  const value = valueAt(given, path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      problem: `unknown key "${key}"`,
      unknownKey: true,
      nearest: null,
    }));
  if (issue.code === "invalid_union" && "options" in issue && issue.options !== undefined) {
    const known = issue.options.map(String);
    if (value === undefined) return one(`is missing; expected one of ${known.join(", ")}`);
    const near = typeof value === "string" ? nearest(value, known) : null;
    return one(`${quoted(value)} is none of ${known.join(", ")}`, near);
  }
  if (issue.code === "invalid_union") {
    const branch = fittingBranch(issue.errors);
    if (branch !== null) return branch.flatMap((inner) => problemsOfIssue(inner, path, given));
    return one(expectation(issue.errors.flat().map(wantedBy).join(" or "), value));
  }
  if (issue.code === "invalid_value") {
    const allowed = issue.values.map(String);
    if (value === undefined) return one(`is missing; expected one of ${allowed.join(", ")}`);
    if (typeof value === "number" && issue.values.every((each) => typeof each === "number"))
      return one(`expected ${allowed.join(" or ")}, got ${value}`);
    const near = typeof value === "string" ? nearest(value, allowed) : null;
    return one(`${quoted(value)} is none of ${allowed.join(", ")}`, near);
  }
  if (issue.code === "invalid_key")
    return one(issue.issues.map(({ message }) => message.replace(/\.$/, "")).join("; "));
  if (issue.code === "custom") return one(issue.message.replace(/\.$/, ""));
  return one(expectation(wantedBy(issue), value, isAboutNumbers(issue)));
}

const isAboutNumbers = (issue: Issue): boolean =>
  issue.code === "invalid_type"
    ? issue.expected === "int" || issue.expected === "number"
    : "origin" in issue && (issue.origin === "number" || issue.origin === "int");

/** The alternative that was meant: the one whose fault lies deeper than in being another type. */
function fittingBranch(branches: ReadonlyArray<readonly Issue[]>): readonly Issue[] | null {
  const deeper = (issues: readonly Issue[]): boolean =>
    issues.some((issue) => issue.path.length > 0 || issue.code !== "invalid_type");
  return branches.find(deeper) ?? null;
}

/** Where a number was wanted a number may be shown; elsewhere it may be a secret without its quotes. */
function expectation(wanted: string, value: unknown, numbers = false): string {
  if (value === undefined) return `is missing; expected ${wanted}`;
  return `expected ${wanted}, got ${numbers && typeof value === "number" ? value : kindOf(value)}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
  record: "keys with values",
  null: "nothing",
};

const FORMS: Readonly<Record<string, string>> = {
  url: "an address like https://example.com",
  email: "an e-mail address",
  datetime: "a time like 2026-11-20T14:32:00Z",
};

function wantedBy(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${amount(issue.maximum, issue.origin)}`;
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${amount(issue.minimum, issue.origin)}`;
    case "invalid_format":
      if (issue.format === "starts_with" && "prefix" in issue)
        return `text that begins with "${String(issue.prefix)}"`;
      return FORMS[issue.format] ?? `text in the form "${issue.format}"`;
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    default:
      return "something else";
  }
}

function amount(limit: number | bigint, origin: string): string {
  if (origin === "string") return limit === 1 ? "1 character" : `${limit} characters`;
  if (origin === "array" || origin === "set") return limit === 1 ? "1 entry" : `${limit} entries`;
  return String(limit);
}

/** Never the value itself: there may be a secret in it. */
function kindOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "keys with values";
  if (typeof value === "string") return value === "" ? "empty text" : "text";
  if (typeof value === "boolean") return String(value);
  return `a ${typeof value}`;
}

const SHOWN = 60;

/** One of a few words was expected; what came instead is a word too, and no secret. */
function quoted(value: unknown): string {
  if (typeof value !== "string") return kindOf(value);
  return `"${value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value}"`;
}

function valueAt(given: unknown, path: KeyPath): unknown {
  let at = given;
  for (const step of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === String(step))?.[1];
  }
  return at;
}
