/** What reports of tests say together: pyramid, manual share, slow and flaky cases, time budget. */
import { describe, expect, test } from "vitest";
import { keptOf } from "./kept-tests.ts";
import { flakyCases, manualShare, type PlacedReport, pyramidOf, slowestCases } from "./test-figures.ts";
import { readTestReport, summaryOf, type TestKind, type TestReport } from "./test-report.ts";

const SHA = "a".repeat(40);
let day = 0;

/** `+ name 12` passed in 12 ms, `- name` failed, `/ name` was left out. */
function reportOf(
  kind: TestKind | null,
  lines: string[],
  over: Partial<PlacedReport & TestReport> = {},
): PlacedReport {
  const cases = lines.map((line) => {
    const [, sign = "", name = "", ms] = /^([+\-/]) (\S+)(?: (\d+))?$/.exec(line) ?? [];
    const status = sign === "+" ? "passed" : sign === "-" ? "failed" : "skipped";
    return { name, status, error: null, durationMs: ms === undefined ? null : Number(ms) } as const;
  });
  const { service = "shop", environment = null, commitSha = SHA, at, ...rest } = over;
  day += 1;
  return {
    ...{ service, environment, commitSha, at: at ?? new Date(Date.UTC(2026, 0, day)).toISOString() },
    report: keptOf({ ...{ format: "junit", kind, name: kind ?? "all", cases }, ...rest } as TestReport),
  };
}
const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `+ t${n}`);

describe("the pyramid", () => {
  test.each([
    [{ unit: 100, integration: 20, e2e: 3 }, false],
    [{ unit: 100, integration: 0, e2e: 3 }, false],
    [{ unit: 3, integration: 20, e2e: 3 }, true],
    [{ unit: 10, integration: 4, e2e: 9 }, true],
    [{ unit: 0, integration: 0, e2e: 5 }, true],
    [{ unit: 5, integration: 0, e2e: 0 }, false],
  ])("%j", (cases, isInverted) => {
    const reports = (["unit", "integration", "e2e"] as const).map((kind) =>
      reportOf(kind, many(cases[kind])),
    );
    expect(pyramidOf(reports.filter(({ report }) => report.passed > 0))).toMatchObject({
      cases,
      isInverted,
    });
  });
  test("says which level is too thick", () => {
    expect(pyramidOf([reportOf("unit", many(2)), reportOf("e2e", many(7))]).reason).toBe(
      "more e2e (7) than unit (2) tests",
    );
  });
  test("without kinds it is not known, with a reason", () => {
    expect(pyramidOf([reportOf(null, many(2)), reportOf("infra", many(2))])).toMatchObject({
      ...{
        isInverted: null,
        cases: { unknown: 2, infra: 2 },
        reason: expect.stringContaining("no report says"),
      },
    });
  });
  test("of a suite that ran often the newest report counts, whatever the order", () => {
    const reports = [reportOf("unit", many(5)), reportOf("unit", many(8))];
    expect(pyramidOf(reports).cases.unit).toBe(8);
    expect(pyramidOf(reports.reverse()).cases.unit).toBe(8);
  });
  test("the manual share is exact; without reports it is not known", () => {
    expect(manualShare(pyramidOf([reportOf("unit", many(7)), reportOf("manual", many(3))]))).toEqual({
      ...{ manual: 3, all: 10, share: 0.3 },
    });
    expect(manualShare(pyramidOf([]))).toEqual({ manual: 0, all: 0, share: null });
  });
});

describe("cases", () => {
  test("flaky is what passed and failed on one commit, and nothing else", () => {
    const reports = [
      reportOf("unit", ["+ stable", "+ flaky", "- broken", "+ fixed", "/ left"]),
      reportOf("unit", ["+ stable", "- flaky", "- broken", "+ fixed", "- left"]),
      reportOf("unit", ["- fixed"], { commitSha: "b".repeat(40) }),
      reportOf("unit", ["+ unknown"], { commitSha: null }),
      reportOf("unit", ["- unknown"], { commitSha: null }),
      reportOf("unit", ["- stable"], { service: "blog" }),
    ];
    expect(flakyCases(reports)).toMatchObject([{ name: "flaky", service: "shop", commits: [SHA] }]);
  });
  test("slowest by what is usual, not by the one time it took long", () => {
    const reports = [
      reportOf("unit", ["+ slow 100", "+ once 10"]),
      reportOf("unit", ["+ slow 120", "+ once 9000"]),
      reportOf("unit", ["+ slow 110", "+ once 12", "+ unknown"]),
    ];
    expect(slowestCases(reports, 5)).toMatchObject([
      { name: "slow", p50Ms: 110, runs: 3 },
      { name: "once", p50Ms: 12 },
    ]);
  });
});

describe("of a large report", () => {
  const LARGE = 2000;
  /** All of 1 s and more, each name its own. */
  const slow = (but: readonly string[] = []): string[] => [
    ...Array.from({ length: LARGE }, (_, n) => `+ case-${n} ${1000 + n}`),
    ...but,
  ];
  test("a case that is slow once is not among the slowest: elsewhere it passed and was faster than what is kept", () => {
    const reports = [
      reportOf("unit", slow(["+ once 90000", "- always 80000"])),
      reportOf("unit", slow(["+ once 3", "- always 81000"])),
      reportOf("unit", slow(["+ once 4", "- always 82000"])),
    ];
    const [first, second] = slowestCases(reports, 10);
    expect(first).toMatchObject({ name: "always", p50Ms: 81_000, runs: 3 });
    expect(second).toMatchObject({ name: `case-${LARGE - 1}`, runs: 3 });
    const once = slowestCases(reports, LARGE).find(({ name }) => name === "once");
    expect(once).toMatchObject({ runs: 3 });
    expect(once?.p50Ms).toBeLessThan(3000);
  });
  test("a flaky one is found among those that passed", () => {
    const reports = [reportOf("unit", slow(["- flaky"])), reportOf("unit", slow(["+ flaky"]))];
    expect(flakyCases(reports)).toMatchObject([{ name: "flaky", commits: [SHA] }]);
  });
  test("50,000 cases stay small: counts are exact, names are those of failures and of the slowest", () => {
    const cases = Array.from({ length: 50_000 }, (_, n) => ({
      name: `suite ${n % 300} › a case with a name of usual length, number ${n}`,
      status: n % 50 === 0 ? ("failed" as const) : ("passed" as const),
      ...{ error: "expected something else", durationMs: n % 977 },
    }));
    const kept = keptOf({ format: "junit", cases, kind: "unit", name: "all", budget: null } as never);
    expect(kept).toMatchObject({ passed: 49_000, failed: 1000, skipped: 0 });
    expect([kept.failures.length, kept.slowest.length, kept.slowest[0]?.[1]]).toEqual([500, 100, 976]);
    expect(JSON.stringify(kept).length).toBeLessThan(400 * 1024);
    expect(JSON.stringify(kept)).not.toContain("expected something else");
  });
});

describe("one report", () => {
  const facts = { service: "shop", kind: "unit" as const };
  const all = { environment: null, version: null, commit: null, ref: null, url: null, name: null, run: null };
  const XML = `<testsuite name="basket"><testcase classname="c" name="a" time="1.5"/><testcase name="b" time="2"><failure message="no"/></testcase><testcase name="s"><skipped/></testcase></testsuite>`;
  test("JUnit and TAP are told apart by how they begin", () => {
    expect(readTestReport(XML, { ...all, ...facts, budget: null })).toMatchObject({
      format: "junit",
      name: "basket",
      service: "shop",
    });
    expect(readTestReport("1..1\nok 1 - a\n", { ...all, ...facts, budget: null })).toMatchObject({
      format: "tap",
      cases: [{ name: "a" }],
    });
    expect(readTestReport("no report", { ...all, ...facts, budget: null })).toBeNull();
  });
  test("a budget that is exceeded is a failure, and one that is kept is none", () => {
    const green = XML.replace(/<failure[^>]*>/, "");
    const withBudget = (budget: string | null) => {
      const report = readTestReport(green, { ...all, ...facts, budget });
      return report === null ? null : summaryOf(report);
    };
    expect(withBudget(null)).toMatchObject({
      passed: 2,
      skipped: 1,
      durationMs: 3500,
      isOverBudget: false,
      problem: null,
    });
    expect(withBudget("4s")).toMatchObject({ isOverBudget: false, problem: null });
    expect(withBudget("3s")).toMatchObject({
      isOverBudget: true,
      problem: expect.stringContaining("budget of 3s"),
    });
  });
});
