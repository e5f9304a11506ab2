/** Results of another runner as results of checks: every test is told, and the whole is one activity in the log. */
import { readJunit } from "../../domain/verify/read-junit.ts";
import { readTap } from "../../domain/verify/read-tap.ts";
import type { CheckResult } from "../../domain/verify/report.ts";
import { sayTests, type TestRun } from "../../domain/verify/tests.ts";
import { ViceError } from "../../kit/errors.ts";

export type TestFormat = "junit" | "tap";

const READERS: Readonly<Record<TestFormat, (text: string) => TestRun>> = { junit: readJunit, tap: readTap };
const SAID: Readonly<Record<TestFormat, string>> = { junit: "JUnit XML", tap: "TAP" };

export interface Imported {
  results: CheckResult[];
  /** The whole as one result. */
  whole: CheckResult;
}

/** @throws ViceError `data.invalid` when there is no result of a test in it */
export function importTests(format: TestFormat, text: string, nowMs: number): Imported {
  const read = READERS[format](text);
  if (read.cases.length === 0)
    throw new ViceError("data.invalid", {
      message: `There is no result of a test in this ${SAID[format]}. Nothing was recorded.`,
      hint: `Give the file that your tests write: --${format} results.${format === "junit" ? "xml" : "tap"}`,
    });
  const startedAt = new Date(nowMs).toISOString();
  const common = { kind: format, severity: "gate", startedAt, attempts: 1 } as const;
  const results = read.cases.map(
    ({ name, status, error, durationMs }): CheckResult => ({
      ...{ ...common, name, status, durationMs: durationMs ?? 0 },
      // A failure without a word is a failure all the same.
      error: status === "failed" ? (error ?? "it failed") : error,
    }),
  );
  const error = sayTests(read);
  const durationMs = results.reduce((sum, result) => sum + result.durationMs, 0);
  const status = error === null ? "passed" : "failed";
  return { results, whole: { ...common, name: read.name ?? format, status, durationMs, error } };
}
