/** Tests that results of tests are read as every tool writes them, and that what vice writes is read by others. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJunit } from "./read-junit.ts";
import { readTap } from "./read-tap.ts";
import { type CheckResult, reportOf, sayCounts } from "./report.ts";
import { sayTests, type TestRun } from "./tests.ts";
import { writeJunit, writeTap } from "./write-results.ts";

const brief = ({ cases }: TestRun): string[] =>
  cases.map(({ name, status, error }) => `${status} ${name}${error === null ? "" : `: ${error}`}`);

describe("TAP", () => {
  test.each<[what: string, text: string, said: string[]]>([
    ["a plan and its tests", "1..2\nok 1 - a\nnot ok 2 - b\n", ["passed a", "failed b"]],
    ["a plan at the end, and noise", "hello\nok 1 a\n# note\n1..1\n", ["passed a"]],
    [
      "left out and to be done",
      "ok 1 - a # SKIP no network\nnot ok 2 - b # TODO later\n1..2",
      ["skipped a: no network", "skipped b: later"],
    ],
    [
      "a message in YAML",
      'not ok 1 - a\n  ---\n  message: "got 2"\n  at: x.js\n  ...\n1..1',
      ["failed a: got 2"],
    ],
    [
      "what perl says of a failure",
      "not ok 1 - a\n#   Failed test 'a'\n#   at t/a.t line 3.\n1..1",
      ["failed a: Failed test 'a'\n  at t/a.t line 3."],
    ],
    [
      "subtests by their parent",
      "# Subtest: a\n    not ok 1 - inner\n    1..1\nnot ok 1 - a\n1..1",
      ["failed a"],
    ],
    ["fewer than planned", "1..3\nok 1 - a\n", ["passed a", "failed plan: 3 tests were planned, 1 were run"]],
    ["no plan", "ok 1 - a\n", ["passed a", "failed plan: its plan is missing: it ended too early"]],
    [
      "one that gives up",
      "1..2\nok 1 - a\nBail out! no database\n",
      ["passed a", "failed Bail out!: no database"],
    ],
    ["a whole that is left out", "1..0 # SKIP not here\n", ["skipped all tests"]],
    ["tests without a name or number", "ok\nnot ok\n1..2", ["passed test 1", "failed test 2"]],
    ["signs in a name", "ok 1 - a \\# b # skip\n1..1", ["skipped a # b"]],
    ["no TAP", "Hello.\n", []],
  ])("%s", (_what, text, said) => {
    expect(brief(readTap(text))).toEqual(said);
  });
});

describe("JUnit", () => {
  test.each<[what: string, text: string, said: string[]]>([
    [
      "suites in suites",
      '<?xml version="1.0"?><testsuites name="all"><testsuite name="cart"><testcase name="adds" time="1,000.5"/><testcase classname="Cart" name="fails"><failure message="got 2">at x</failure></testcase></testsuite></testsuites>',
      ["passed cart › adds", "failed Cart › fails: got 2"],
    ],
    [
      "an error and a text without a message",
      "<testsuite><testcase name='a'><error>boom &amp; more</error></testcase></testsuite>",
      ["failed a: boom & more"],
    ],
    [
      "one that is left out",
      '<testsuite><testcase name="a"><skipped/></testcase><testcase name="b"><skipped message="later"/></testcase></testsuite>',
      ["skipped a", "skipped b: later"],
    ],
    [
      "CDATA, comments, entities",
      '<testsuite><!-- <testcase name="no"/> --><testcase name="a &lt;b&gt; &#233;&#x1F600;"><failure><![CDATA[<b> & c]]></failure></testcase></testsuite>',
      ["failed a <b> é😀: <b> & c"],
    ],
    [
      "output of the test",
      '<testsuite><testcase name="a"><system-out>&lt;failure&gt; is no failure</system-out></testcase></testsuite>',
      ["passed a"],
    ],
    [
      "noise around it",
      'npm run test\n<testsuite name="s"><testcase name="a"/></testsuite>\nDone in 2 s.',
      ["passed s › a"],
    ],
    [
      "what bombs make of entities",
      '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><testsuite><testcase name="&c;"/></testsuite>',
      ["passed &c;"],
    ],
    ["no JUnit", "<html><body>No</body></html>", []],
  ])("%s", (_what, text, said) => {
    expect(brief(readJunit(text))).toEqual(said);
  });

  test("its name and durations", () => {
    const run = readJunit(
      '<testsuites name="all"><testsuite name="cart"><testcase name="a" time="1,000.5"/></testsuite></testsuites>',
    );
    expect([run.name, run.cases[0]?.durationMs]).toEqual(["all", 1_000_500]);
  });
});

test("no text makes a reader fail or take long", () => {
  const piece = fc.constantFrom(
    "<testsuite",
    ' name="',
    "<testcase",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&#",
    "ok ",
    "not ok",
    "1..9",
    "\n",
    "a",
    "\u0000",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 400 }), (pieces) => {
      readJunit(pieces.join(""));
      readTap(pieces.join(""));
    }),
    { numRuns: 200 },
  );
  const begun = performance.now();
  readJunit("<testcase ".repeat(20_000));
  readJunit(`<a ${'b="c" '.repeat(20_000)}`);
  for (const open of ["<!--", "<![CDATA[", "<?", "<!DOCTYPE["]) readJunit(open.repeat(100_000));
  expect(performance.now() - begun).toBeLessThan(2000);
});

test("what failed is named, and how many there are beside it", () => {
  const cases = Array.from({ length: 7 }, (_, at) => ({
    name: `t${at}`,
    status: "failed" as const,
    error: at === 0 ? "got 2\nmore" : null,
    durationMs: null,
  }));
  expect(sayTests({ name: null, cases })).toBe("7 of 7 tests failed: t0 (got 2); t1; t2; t3; t4 and 2 more");
  expect(sayTests({ name: null, cases: [] })).toBe("there is no result of a test in it");
});

const result = (name: string, status: CheckResult["status"], error: string | null = null): CheckResult => ({
  ...{ name, kind: "http", severity: status === "warned" ? "warn" : "gate", status, error },
  ...{ startedAt: "2026-11-20T12:00:00.000Z", durationMs: 1234, attempts: 1 },
});
const all = [
  result("a <b> & 'c' \"d\" #1", "passed"),
  { ...result("b", "failed", "the status is 500\u0007"), expected: "2xx", actual: "500" },
  result("c", "warned", "slow"),
  result("d", "skipped", '"b" failed before it'),
];

test("what is written is read again", () => {
  const suites = [{ name: "shop in staging", results: all }];
  expect(readJunit(writeJunit(suites)).cases.map(({ status }) => status)).toEqual([
    "passed",
    "failed",
    "passed",
    "skipped",
  ]);
  expect(readJunit(writeJunit(suites)).cases[0]).toMatchObject({
    name: "http › a <b> & 'c' \"d\" #1",
    durationMs: 1234,
  });
  expect(brief(readTap(writeTap(suites)))).toEqual([
    "passed a <b> & 'c' \"d\" #1",
    "failed b: the status is 500\\u0007",
    "skipped c: slow",
    'skipped d: "b" failed before it',
  ]);
});

test("a report passes while no gate failed, and never when it was stopped", () => {
  expect(reportOf([]).passed).toBe(true);
  expect(reportOf([result("a", "warned", "x"), result("b", "passed")]).passed).toBe(true);
  expect(reportOf(all).passed).toBe(false);
  expect(reportOf([result("a", "passed")], true).passed).toBe(false);
  expect(sayCounts({ results: all })).toBe("1 passed, 1 failed, 1 warned, 1 skipped");
});
