/** Results of tests that another program ran, as JUnit and TAP tell them. Pure. */

export interface TestCase {
  name: string;
  status: "passed" | "failed" | "skipped";
  error: string | null;
  durationMs: number | null;
}

export interface TestRun {
  /** What the whole is called; `null` = nobody said. */
  name: string | null;
  cases: TestCase[];
}

const NAMED = 5;

/** What went wrong in a sentence, or `null`. */
export function sayTests({ cases }: TestRun): string | null {
  const failed = cases.filter(({ status }) => status === "failed");
  if (cases.length === 0) return "there is no result of a test in it";
  if (failed.length === 0) return null;
  const names = failed
    .slice(0, NAMED)
    .map(({ name, error }) => (error === null ? name : `${name} (${error.split("\n")[0]?.slice(0, 120)})`));
  const more = failed.length > NAMED ? ` and ${failed.length - NAMED} more` : "";
  return `${failed.length} of ${cases.length} tests failed: ${names.join("; ")}${more}`;
}
