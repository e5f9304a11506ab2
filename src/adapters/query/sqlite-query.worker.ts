/** The process that reads: a question is a line on stdin, its answer a line on stdout. It ends when nobody asks any more. */

import { createInterface } from "node:readline";
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Cell, QueryRequest } from "../../ports/query.ts";
import { explain } from "./explain.ts";
import { findPlace } from "./find-place.ts";
import { takeProblem } from "./functions.ts";
import { openReadOnly } from "./read-only.ts";
import type { WorkerAnswer, WorkerRequest } from "./reader-process.ts";

function cellOf(value: unknown): Cell {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value as Cell;
}

function bindable(params: QueryRequest["params"]): Record<string, SQLInputValue> {
  const entries = Object.entries(params);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "boolean" ? Number(value) : value]),
  );
}

/** Stops reading at the limits, so that a million rows cost no memory. */
function collect(
  statement: StatementSync,
  { params, limits }: QueryRequest,
): { rows: Cell[][]; truncated: boolean } {
  const rows: Cell[][] = [];
  let bytes = 0;
  for (const row of statement.iterate(bindable(params))) {
    const cells = Object.values(row).map(cellOf); // an array, by `setReturnArrays`
    bytes += JSON.stringify(cells).length;
    if (rows.length >= limits.rows || bytes > limits.bytes) return { rows, truncated: true };
    rows.push(cells);
  }
  return { rows, truncated: false };
}

/** SQLite's words may repeat the whole statement. */
const MAX_PROBLEM = 500;

function answer({ file, request }: WorkerRequest): WorkerAnswer {
  let db: DatabaseSync | null = null;
  try {
    db = openReadOnly(file, request.moment);
    if (request.explain === true) return { ok: true, ...explain(db, file, request.sql), truncated: false };
    const statement = db.prepare(request.sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    const columns = statement.columns().map((column) => column.name);
    return { ok: true, columns, ...collect(statement, request) };
  } catch (error) {
    const problem = takeProblem() ?? (error instanceof Error ? error.message : String(error));
    return { ok: false, problem: problem.slice(0, MAX_PROBLEM), at: findPlace(db, request.sql, problem) };
  } finally {
    db?.close();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  takeProblem(); // of the question before
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line) as WorkerRequest))}\n`);
}
