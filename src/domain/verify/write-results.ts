/** Results of checks in the words of other tools: JUnit XML and TAP 13. Pure. */
import type { CheckResult } from "./report.ts";

/** Results with what they are about. */
export interface Suite {
  name: string;
  results: readonly CheckResult[];
}

export function writeJunit(suites: readonly Suite[]): string {
  const all = suites.flatMap(({ results }) => results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="vice verify" ${countsOf(all)}>`,
    ...suites.flatMap(suiteLines),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteLines({ name, results }: Suite): string[] {
  const [first] = results;
  const at = first === undefined ? "" : ` timestamp="${first.startedAt.slice(0, 19)}"`;
  return [
    `  <testsuite name="${escaped(name)}" ${countsOf(results)} errors="0"${at}>`,
    ...results.flatMap(caseLines),
    "  </testsuite>",
  ];
}

const countsOf = (results: readonly CheckResult[]): string => {
  const count = (status: CheckResult["status"]): number =>
    results.filter((each) => each.status === status).length;
  const ms = results.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return `tests="${results.length}" failures="${count("failed")}" skipped="${count("skipped")}" time="${seconds(ms)}"`;
};

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function caseLines({ name, kind, status, error, durationMs, expected, actual }: CheckResult): string[] {
  const head = `    <testcase classname="${escaped(kind)}" name="${escaped(name)}" time="${seconds(durationMs)}"`;
  const message = escaped(error ?? "");
  const detail = [
    ...(expected === undefined ? [] : [`expected: ${expected}`]),
    ...(actual === undefined ? [] : [`actual: ${actual}`]),
  ].join("\n");
  if (status === "passed") return [`${head}/>`];
  if (status === "failed")
    return [
      `${head}>`,
      `      <failure message="${message}">${escaped(detail)}</failure>`,
      "    </testcase>",
    ];
  if (status === "skipped") return [`${head}>`, `      <skipped message="${message}"/>`, "    </testcase>"];
  return [`${head}>`, `      <system-out>warning: ${message}</system-out>`, "    </testcase>"];
}

const SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML has no place for control characters at all. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"]/g, (sign) => SIGNS[sign] ?? sign);

export function writeTap(suites: readonly Suite[]): string {
  const all = suites.flatMap(({ name, results }) =>
    results.map((result) => ({
      ...result,
      name: suites.length > 1 ? `${name}: ${result.name}` : result.name,
    })),
  );
  return ["TAP version 13", `1..${all.length}`, ...all.flatMap(tapLines), ""].join("\n");
}

function tapLines(result: CheckResult, at: number): string[] {
  const { name, status, error } = result;
  const said = `${at + 1} - ${oneLine(name)}`;
  const why = error === null ? "" : ` ${oneLine(error)}`;
  if (status === "passed") return [`ok ${said}`];
  if (status === "skipped") return [`ok ${said} # SKIP${why}`];
  // What only warns is known to fail, and fails nothing.
  if (status === "warned") return [`not ok ${said} # TODO${why}`];
  return [`not ok ${said}`, "  ---", ...details(result), "  ..."];
}

const details = ({ error, expected, actual, kind, durationMs, attempts }: CheckResult): string[] =>
  Object.entries({ message: error, expected, actual, kind, duration_ms: durationMs, attempts })
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`);

const oneLine = (text: string): string => text.replace(/\s+/g, " ").replace(/[\\#]/g, "\\$&").trim();
