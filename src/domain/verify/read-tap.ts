/** Reads TAP (12 to 14): what stands at the left margin counts, subtests are told by the line of their parent. Pure. */
import type { TestCase, TestRun } from "./tests.ts";

const LINE = /^(not )?ok\b[ \t]*(\d+)?[ \t]*(?:-[ \t]*)?(.*)$/;
const PLAN = /^(\d+)\.\.(\d+)[ \t]*(?:#[ \t]*(.*))?$/;
const BAIL = /^Bail out!\s*(.*)$/i;
const DIRECTIVE = /(?<!\\)#\s*(skip|todo)\S*\s*(.*)$/i;
const MOST_ERROR = 2000;

interface Reading {
  cases: TestCase[];
  planned: number | null;
  bailed: string | null;
  isWholeSkipped: boolean;
}

/** @returns no cases for what is no TAP */
export function readTap(text: string): TestRun {
  const reading: Reading = { cases: [], planned: null, bailed: null, isWholeSkipped: false };
  let details: string[] = [];
  const close = (): void => {
    const last = reading.cases.at(-1);
    const said = messageOf(details);
    if (last?.status === "failed" && said !== "") last.error = said.slice(0, MOST_ERROR);
    details = [];
  };
  for (const line of text.split(/\r?\n/)) {
    const test = LINE.exec(line);
    if (test !== null) {
      close();
      reading.cases.push(caseOf(test, reading.cases.length + 1));
    } else if (/^\s+\S/.test(line) || /^# /.test(line)) details.push(line);
    else planOrEnd(line, reading);
  }
  close();
  return { name: null, cases: [...reading.cases, ...missing(reading)] };
}

function caseOf([, not, number, rest = ""]: RegExpExecArray, at: number): TestCase {
  const directive = DIRECTIVE.exec(rest);
  const said = (directive === null ? rest : rest.slice(0, directive.index)).replace(/\\(.)/g, "$1").trim();
  const name = said === "" ? `test ${number ?? at}` : said;
  const isLeft = directive !== null;
  // What is still to be done may fail.
  const status = isLeft ? "skipped" : not === undefined ? "passed" : "failed";
  const reason = directive?.[2]?.trim() ?? "";
  return { name, status, error: isLeft && reason !== "" ? reason : null, durationMs: null };
}

function planOrEnd(line: string, reading: Reading): void {
  const plan = PLAN.exec(line);
  if (plan !== null) {
    reading.planned = Math.max(0, Number(plan[2]) - Number(plan[1]) + 1);
    reading.isWholeSkipped = /^skip/i.test(plan[3] ?? "") || reading.planned === 0;
  }
  const bail = BAIL.exec(line);
  if (bail !== null) reading.bailed = bail[1] ?? "";
}

/** A test program that ended too early did not pass. */
function missing({ cases, planned, bailed, isWholeSkipped }: Reading): TestCase[] {
  const failed = (name: string, error: string): TestCase[] => [
    { name, status: "failed", error, durationMs: null },
  ];
  if (bailed !== null) return failed("Bail out!", bailed === "" ? "it gave up" : bailed);
  if (cases.length === 0 && planned === null) return [];
  if (planned === null) return failed("plan", "its plan is missing: it ended too early");
  if (cases.length < planned && !isWholeSkipped)
    return failed("plan", `${planned} tests were planned, ${cases.length} were run`);
  if (isWholeSkipped && cases.length === 0)
    return [{ name: "all tests", status: "skipped", error: null, durationMs: null }];
  return [];
}

/** The message of a YAML block, else the lines themselves. */
function messageOf(lines: readonly string[]): string {
  const message = lines
    .map((line) => /^\s*(?:message|error):\s*(?:[|>]-?\s*)?(.*)$/.exec(line)?.[1])
    .find((each) => each !== undefined && each.trim() !== "");
  if (message !== undefined) return message.trim().replace(/^(["'])(.*)\1$/, "$2");
  return lines
    .filter((line) => !/^\s*(---|\.\.\.)\s*$/.test(line) && !/^# (tests|pass|fail|ok)\b/.test(line))
    .map((line) => line.replace(/^\s*(# ?)?/, ""))
    .join("\n")
    .trim();
}
