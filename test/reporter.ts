// Closes a test run: says why each skipped test was skipped and what would bring the missing thing,
// then prints the total as the very last line. With VICE_TEST_REQUIRE_ALL=1 a skipped test fails the run.
import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";
import { needNamed } from "./needs-table.ts";

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** The last line, in the form that other programs read. */
export function totalLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** Why tests of this name were skipped, with a command for each missing thing; null when the name does not say. */
export function skipReason(fullName: string): string | null {
  const names = [...fullName.matchAll(/\[needs ([^\]]+)\]/g)].flatMap((found) => found[1]?.split(", ") ?? []);
  const lines = [...new Set(names)].map(
    (name) => `needs ${name}: ${needNamed(name)?.bring ?? "not in test/needs-table.ts"}`,
  );
  return lines.length === 0 ? null : lines.join("; ");
}

export class ClosingReporter implements Reporter {
  #filtered = false;

  onInit(vitest: Vitest): void {
    this.#filtered = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    const totals: Totals = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const reasons = new Map<string, string[]>();
    const again: string[] = [];
    for (const module of modules) {
      totals.failed += brokenOutsideTests(module);
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (test.diagnostic()?.flaky === true)
          again.push(`  ${test.module.relativeModuleId} > ${test.fullName}`);
        if (state === "passed" || state === "failed") totals[state] += 1;
        else this.#skipped(test, totals, reasons);
      }
    }
    const mustRunAll = process.env.VICE_TEST_REQUIRE_ALL === "1" && totals.skipped > 0;
    if (mustRunAll || totals.failed > 0) process.exitCode = 1;
    const told = [...reasons].flatMap(([reason, tests]) => [
      `  ${reason}`,
      ...tests.map((test) => `    ${test}`),
    ]);
    if (told.length > 0) told.unshift("Skipped:");
    if (mustRunAll) told.push("VICE_TEST_REQUIRE_ALL=1: a skipped test counts as a failure here.");
    if (again.length > 0) told.push("Passed at the second try only, look into it:", ...again);
    process.stdout.write([...told, totalLine(totals), ""].join("\n"));
  }

  #skipped(test: TestCase, totals: Totals, reasons: Map<string, string[]>): void {
    const result = test.result();
    const note = result.state === "skipped" ? result.note : undefined;
    const reason = skipReason(test.fullName) ?? note ?? null;
    totals.skipped += 1;
    if (reason === null && this.#filtered) return; // left out by -t, as asked
    const key = reason ?? "no reason given (use needs(...) of test/needs.ts, or ctx.skip(reason))";
    reasons.set(key, [...(reasons.get(key) ?? []), `${test.module.relativeModuleId} > ${test.fullName}`]);
  }
}

/** Failures that belong to no test: a file that does not load, a hook around a whole suite. */
function brokenOutsideTests(module: TestModule): number {
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  return suites.length + (module.errors().length > 0 ? 1 : 0);
}
