/** `vice query`: people's SQL over the documented views, read only and within limits. */
import { z } from "zod";
import type { TextStyle } from "../../../kit/command.ts";
import { dataCommand } from "../define-command.ts";
import { LIMITS, runQuery } from "./run-query.ts";
import { savedQueryCommands } from "./saved-queries.ts";
import { csvText, FORMATS, markdownTable, tableText } from "./say-table.ts";

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const input = z.strictObject({
  sql: z
    .string()
    .min(1)
    .max(LIMITS.sql)
    .describe("One SELECT over the documented views, or @name of a saved query."),
  params: z
    .record(z.string(), value)
    .default({})
    .describe("Value of `:name` in the SQL; `name:=5` for a number, true, false or null.")
    .meta({ flag: "param" }),
  limit: z.coerce.number().int().min(1).max(LIMITS.rows).default(1000).describe("Rows at most."),
  timeout: z.coerce.number().min(0.05).max(LIMITS.seconds).default(5).describe("Seconds."),
  explain: z.boolean().default(false).describe("Say how it would be read, step by step, and read nothing."),
  format: z.enum(FORMATS).default("table").describe("How the terminal shows it."),
});

const output = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  truncated: z.boolean(),
  elapsedMs: z.number(),
  format: z
    .enum(FORMATS)
    .exactOptional()
    .describe("Of the terminal, when another one than a table was asked for."),
});
type Output = z.output<typeof output>;

function textOf(result: Output, style: TextStyle): string {
  const { format = "table", ...answer } = result;
  if (format === "csv") return csvText(answer);
  if (format === "markdown") return markdownTable(answer);
  return format === "json" ? JSON.stringify(answer) : tableText(answer, style);
}

/** Beside what can be taken as it is. */
function sayCount({ rows, truncated, elapsedMs }: Output): string {
  const next = truncated ? "; there are more: raise --limit or narrow the query" : "";
  return `${rows.length} ${rows.length === 1 ? "row" : "rows"} in ${elapsedMs} ms${next}.`;
}

export const queryCommand = dataCommand({
  id: "data.query",
  words: ["query"],
  part: "data",
  summary: "Run one reading SQL statement over the documented views, or a saved query.",
  examples: [
    'vice query "SELECT service, count(*) FROM deployments WHERE counted GROUP BY 1"',
    "vice query @performance-by-action --param days:=30 --format markdown",
    'vice query "SELECT * FROM services WHERE service = :s" --param s=shop --json',
    'vice query "SELECT step, percentile(duration_ms, 0.95) FROM steps GROUP BY 1 ORDER BY 2 DESC" --explain',
  ],
  effect: "read",
  positional: ["sql"],
  input,
  output,
  http: { method: "POST", path: "/v1/query" },
  list: "rows",
  run: async ({ format, ...asked }, ctx) => {
    const result = await runQuery(ctx, asked);
    return format === "table" ? result : { ...result, format };
  },
  text: (result, style) =>
    result.format === undefined ? `${textOf(result, style)}\n\n${sayCount(result)}` : textOf(result, style),
  note: (result) => (result.format !== undefined && result.truncated ? sayCount(result) : ""),
});

export const queryCommands = [queryCommand, ...savedQueryCommands] as const;
