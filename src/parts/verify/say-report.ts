/** What `vice verify` answers, and how it is said: for people, and in the words of other tools. */
import { z } from "zod";
import { type CheckResult, sayCounts } from "../../domain/verify/report.ts";
import { type Suite, writeJunit, writeTap } from "../../domain/verify/write-results.ts";
import type { TextStyle } from "../../kit/command.ts";
import { sayDuration } from "../../kit/duration.ts";

export const FORMATS = ["text", "json", "junit", "tap"] as const;

const resultForm = z.strictObject({
  name: z.string(),
  kind: z.string(),
  severity: z.enum(["gate", "warn"]),
  status: z.enum(["passed", "failed", "warned", "skipped"]),
  startedAt: z.string(),
  durationMs: z.number(),
  attempts: z.int(),
  error: z.string().nullable(),
  expected: z.string().optional(),
  actual: z.string().optional(),
});
export const output = z.strictObject({
  passed: z.boolean().describe("No gate failed; also without any check"),
  items: z.array(
    z.strictObject({
      service: z.string().nullable(),
      environment: z.string().nullable(),
      version: z.string().nullable(),
      commitSha: z.string().nullable(),
      results: z.array(resultForm),
    }),
  ),
  format: z.enum(FORMATS),
  file: z.string().nullable().describe("Where the terminal writes it"),
});
export type Output = z.output<typeof output>;
export type Item = Output["items"][number];

const suitesOf = ({ items }: Output): Suite[] =>
  items.map((item) => ({ name: sayPlace(item) || "checks", results: item.results as CheckResult[] }));

export function written(result: Output): string {
  const { format, file: _file, ...rest } = result;
  if (format === "junit") return writeJunit(suitesOf(result));
  if (format === "tap") return writeTap(suitesOf(result));
  return `${JSON.stringify(rest, null, 2)}\n`;
}

const sayPlace = ({ service, environment, version }: Item): string =>
  [service, environment === null ? null : `in ${environment}`, version]
    .filter((part) => part !== null)
    .join(" ");

const MARKS = {
  passed: ["✓", "green"],
  failed: ["✗", "red"],
  warned: ["!", "yellow"],
  skipped: ["-", "dim"],
} as const;

export function sayAll(result: Output, style: TextStyle): string {
  const { items, file } = result;
  const results = items.flatMap((item) => item.results);
  const end = file === null ? [] : [`Written to ${file}.`];
  if (results.length === 0) {
    const where = items.map(sayPlace).filter(Boolean).join(", ");
    return [
      `There are no checks${where === "" ? "" : ` for ${where}`}: add them to verify in vice.yaml.`,
      ...end,
    ].join("\n");
  }
  const lines = items.flatMap((item) => [
    ...(sayPlace(item) === "" ? [] : [style.color("bold", sayPlace(item))]),
    ...item.results.flatMap((each) => sayLines(each, style)),
  ]);
  return [...lines, `${sayCounts({ results: results as CheckResult[] })}.`, ...end].join("\n");
}

function sayLines(result: Item["results"][number], style: TextStyle): string[] {
  const { status, name, durationMs, attempts, error } = result;
  const [mark, color] = MARKS[status];
  const often = attempts > 1 ? `, ${attempts} attempts` : "";
  const line = `${style.color(color, mark)} ${name} ${style.color("dim", `(${sayDuration(durationMs)}${often})`)}`;
  return error === null ? [line] : [line, `    ${error.split("\n").slice(0, 5).join("\n    ")}`];
}
