/** A report of tests with what it is about, as it is kept: who sends JUnit or TAP says service, kind and commit beside it. Pure. */
import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { readJunit } from "./read-junit.ts";
import { readTap } from "./read-tap.ts";
import { sayTests, type TestRun } from "./tests.ts";

/** Levels of the pyramid from below, then tests of the infrastructure, and those that people carry out. */
export const TEST_KINDS = ["unit", "integration", "e2e", "infra", "manual"] as const;
export type TestKind = (typeof TEST_KINDS)[number];

export const TEST_FORMATS = ["junit", "tap"] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

const text = z.string().trim().min(1).max(500);
/** What cannot be read is not known; the report stays one. */
const some = text.nullish().catch(null);

/** What a sender says beside the report. */
export const testFactsSchema = z.object({
  service: some,
  kind: z.enum(TEST_KINDS).nullish().catch(null),
  environment: some,
  version: some,
  commit: some,
  ref: some,
  url: some,
  /** What the suite is called; else as the report says. */
  name: some,
  /** Id of the run that it belongs to, so that the same told again is the same. */
  run: some,
  /** Longest time that the whole may take, as `10m`. */
  budget: some,
  /** Who ran them. */
  actor: some,
});
export type TestFacts = z.output<typeof testFactsSchema>;

const caseSchema = z.object({
  name: z.string(),
  status: z.enum(["passed", "failed", "skipped"]),
  error: z.string().nullable().catch(null),
  durationMs: z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullable().catch(null),
});

export const testReportSchema = testFactsSchema.extend({
  format: z.enum(TEST_FORMATS),
  cases: z.array(caseSchema).max(50_000),
});
export type TestReport = z.output<typeof testReportSchema>;

const MOST_CASE_ERROR = 500;

/** @returns `null` when there is no result of a test in it */
export function readTestReport(said: string, facts: TestFacts): TestReport | null {
  const format = /^\uFEFF?\s*</.test(said) ? "junit" : "tap";
  return reportOf(format === "junit" ? readJunit(said) : readTap(said), format, facts);
}

/** @returns `null` when it has no case */
export function reportOf(run: TestRun, format: TestFormat, facts: TestFacts): TestReport | null {
  if (run.cases.length === 0) return null;
  const cases = run.cases.map((each) => ({ ...each, error: each.error?.slice(0, MOST_CASE_ERROR) ?? null }));
  return { ...facts, name: facts.name ?? run.name?.slice(0, 500) ?? null, format, cases };
}

export interface TestSummary {
  passed: number;
  failed: number;
  skipped: number;
  /** Sum of what the cases took; `null` = none says. */
  durationMs: number | null;
  budgetMs: number | null;
  isOverBudget: boolean;
  /** What went wrong in a sentence; `null` = nothing. */
  problem: string | null;
}

/** The time that all may take together, and whether they took longer. */
export function budgetOf({
  budget,
  durationMs,
}: {
  budget?: string | null | undefined;
  durationMs: number | null;
}): {
  budgetMs: number | null;
  isOverBudget: boolean;
} {
  const budgetMs = parseDuration(budget ?? "");
  return { budgetMs, isOverBudget: budgetMs !== null && durationMs !== null && durationMs > budgetMs };
}

export function summaryOf({ name = null, cases, budget }: TestReport): TestSummary {
  const count = (status: TestReport["cases"][number]["status"]): number =>
    cases.filter((each) => each.status === status).length;
  const known = cases.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]));
  const durationMs = known.length === 0 ? null : known.reduce((sum, ms) => sum + ms, 0);
  const { budgetMs, isOverBudget } = budgetOf({ budget, durationMs });
  const late = isOverBudget
    ? `the tests took ${Math.round((durationMs ?? 0) / 100) / 10} s, more than their budget of ${budget}`
    : null;
  const problem = [sayTests({ name, cases }), late].filter((part) => part !== null).join("; ");
  return {
    ...{ passed: count("passed"), failed: count("failed"), skipped: count("skipped") },
    ...{ durationMs, budgetMs, isOverBudget, problem: problem === "" ? null : problem },
  };
}
