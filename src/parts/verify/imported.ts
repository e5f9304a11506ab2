/** Results of another runner: each test as the result of a check, and the whole as a report that is kept. */
import { readJunit } from "../../domain/verify/read-junit.ts";
import { readTap } from "../../domain/verify/read-tap.ts";
import type { CheckResult } from "../../domain/verify/report.ts";
import {
  reportOf,
  type TestFacts,
  type TestFormat,
  type TestReport,
} from "../../domain/verify/test-report.ts";
import type { TestRun } from "../../domain/verify/tests.ts";
import { ViceError } from "../../kit/errors.ts";

const READERS: Readonly<Record<TestFormat, (text: string) => TestRun>> = { junit: readJunit, tap: readTap };
const SAID: Readonly<Record<TestFormat, string>> = { junit: "JUnit XML", tap: "TAP" };

export interface Imported {
  results: CheckResult[];
  report: TestReport;
}

/** @throws ViceError `data.invalid` when there is no result of a test in it */
export function importedTests(format: TestFormat, text: string, facts: TestFacts, nowMs: number): Imported {
  const read = READERS[format](text);
  const report = reportOf(read, format, facts);
  if (report === null)
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
  return { results, report };
}
