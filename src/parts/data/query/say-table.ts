/** A table of values as text: for the terminal, as CSV, as Markdown. */
import type { TextStyle } from "../../../kit/command.ts";
import { csvTable } from "../../../kit/csv.ts";
import { markdownText } from "../../../kit/markdown.ts";
import { table } from "../../../kit/table.ts";
import type { Cell, QueryResult } from "../../../ports/query.ts";

export const FORMATS = ["table", "csv", "json", "markdown"] as const;
export type Format = (typeof FORMATS)[number];

type Table = Pick<QueryResult, "columns" | "rows">;

/** Numbers stand right; a column without any row that has a number is text. */
const isNumeric = ({ rows }: Table, at: number): boolean =>
  rows.some((row) => typeof row[at] === "number") && rows.every((row) => typeof row[at] !== "string");

const shown = (cell: Cell | undefined): string => String(cell ?? "-");

export function tableText(result: Table, style: TextStyle): string {
  const columns = result.columns.map((title, at) => ({
    title,
    value: (row: readonly Cell[]) => shown(row[at]),
    ...(isNumeric(result, at) ? { align: "right" as const } : { flexible: true }),
  }));
  return table(result.rows, columns, style);
}

/** GitHub's tables (its "Organizing information with tables"). */
export function markdownTable(result: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(markdownText).join(" | ")} |`;
  const rule = result.columns.map((_, at) => (isNumeric(result, at) ? "---:" : "---"));
  return [
    line(result.columns),
    `| ${rule.join(" | ")} |`,
    ...result.rows.map((row) => line(row.map((each) => (each === null ? "" : String(each))))),
  ].join("\n");
}

export const csvText = ({ columns, rows }: Table): string => csvTable(columns, rows).trimEnd();
