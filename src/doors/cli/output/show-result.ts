/** Shows what a command gave: as text, as one JSON document, or as CSV. */
import { z } from "zod";
import type { Command } from "../../../kit/command.ts";
import { csvColumns, csvOf, csvTable } from "../../../kit/csv.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Services } from "../../../ports/services.ts";
import type { Env, OutputStream } from "../cli-options.ts";
import type { GlobalValues } from "../global-flags.ts";
import { harmlessLines, harmlessText, jsonText } from "./json-text.ts";
import { page } from "./page.ts";
import { columnsOf, paintFor } from "./paint.ts";
import { print } from "./print.ts";

export interface Showing {
  command: Command<Services>;
  global: GlobalValues;
  stdout: OutputStream;
  env: Env;
  nowMs: number;
}

/** @throws ViceError `usage` when the command gives no list and CSV is wanted, or two forms at once */
export function checkForm({ list, words, id }: Command<Services>, { csv, json }: GlobalValues): void {
  if (!csv) return;
  if (json)
    throw new ViceError("usage", {
      message: "--json and --csv do not go together.",
      hint: "Take one of them.",
    });
  const name = ["vice", ...(words ?? id.split("."))].join(" ");
  if (list === undefined)
    throw new ViceError("usage", {
      message: `"${name}" gives no list, so it has no CSV.`,
      hint: `Use: ${name} --json`,
    });
}

export async function showResult(
  result: unknown,
  { command, global, stdout, env, nowMs }: Showing,
): Promise<void> {
  const isTTY = stdout.isTTY === true;
  if (global.json) return print(stdout, jsonText(result, isTTY ? 2 : 0));
  if (global.csv)
    return print(stdout, isTTY ? harmlessLines(csvText(command, result)) : csvText(command, result));
  if (global.quiet && command.effect !== "read") return;
  const style = { nowMs, columns: columnsOf(stdout, env), color: paintFor(stdout, env, global.color) };
  const text = command.text(result, style);
  // Into a file it goes as it is: it may be a file's own text.
  await page(stdout, isTTY ? harmlessText(text.replaceAll("\r\n", "\n")) : text, env);
}

/** Columns come from the schema, so they are the same whatever the rows hold; a query brings its own. */
export function csvText({ list = "", output }: Command<Services>, result: unknown): string {
  const { [list]: rows, columns } = Object(result) as Record<string, unknown>;
  const all: readonly unknown[] = Array.isArray(rows) ? rows : [];
  if (Array.isArray(columns) && all.every(Array.isArray)) return csvTable(columns.map(String), all);
  // Without a registry nothing has an id of its own, so the rows stand in the schema itself and not behind a reference.
  const inPlace = { io: "output", unrepresentable: "any", metadata: z.registry<z.GlobalMeta>() } as const;
  const shape = z.toJSONSchema(output, inPlace) as { properties?: Record<string, { items?: unknown }> };
  return csvOf(all, csvColumns(shape.properties?.[list]?.items));
}
