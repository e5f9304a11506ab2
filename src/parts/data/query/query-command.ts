/** `vice query`: people's SQL over the documented views, read only and within limits. */
import { z } from "zod";
import type { TextStyle } from "../../../kit/command.ts";
import { table } from "../../../kit/table.ts";
import { dataCommand } from "../define-command.ts";

const BYTES = 16 * 1024 * 1024;
const LONGEST_S = 60;

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const input = z.strictObject({
  sql: z.string().min(1).max(100_000).describe("One SELECT over the documented views."),
  params: z
    .record(z.string(), value)
    .default({})
    .describe("Value of `:name` in the SQL; `name:=5` for a number, true, false or null.")
    .meta({ flag: "param" }),
  limit: z.coerce.number().int().min(1).max(100_000).default(1000).describe("Rows at most."),
  timeout: z.coerce.number().min(0.05).max(LONGEST_S).default(5).describe("Seconds."),
});

const output = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  truncated: z.boolean(),
  elapsedMs: z.number(),
});

function textOf({ columns, rows, truncated, elapsedMs }: z.output<typeof output>, style: TextStyle): string {
  const shown = columns.map((title, at) => ({
    title,
    value: (row: (typeof rows)[number]) => String(row[at] ?? "-"),
    ...(rows.length > 0 && rows.every((row) => typeof row[at] !== "string")
      ? { align: "right" as const }
      : { flexible: true }),
  }));
  const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"} in ${elapsedMs} ms`;
  const next = truncated ? "; there are more: raise --limit or narrow the query" : "";
  return [table(rows, shown, style), "", `${count}${next}.`].join("\n");
}

export const queryCommand = dataCommand({
  id: "data.query",
  words: ["query"],
  part: "data",
  summary: "Run one reading SQL statement over the documented views.",
  examples: [
    'vice query "SELECT service, count(*) FROM deployments WHERE counted GROUP BY 1"',
    'vice query "SELECT * FROM services WHERE service = :s" --param s=shop --json',
    'vice query "SELECT id FROM activities WHERE duration_ms > :ms" --param ms:=60000',
  ],
  effect: "read",
  positional: ["sql"],
  input,
  output,
  http: { method: "POST", path: "/v1/query" },
  list: "rows",
  run: ({ sql, params, limit, timeout }, { services, now }) => {
    const { store, query, config } = services;
    store.maintenance.catchUp();
    return query.run(store.maintenance.health().file, {
      sql,
      params: Object.fromEntries(
        Object.entries(params).map(([name, each]) => [name.replace(/^:/, ""), each]),
      ),
      limits: { timeoutMs: timeout * 1000, rows: limit, bytes: BYTES },
      moment: { nowMs: now(), abandonAfterMs: config.abandonAfterMs },
    });
  },
  text: textOf,
});

export const queryCommands = [queryCommand] as const;
