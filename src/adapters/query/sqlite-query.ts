/** Runs people's SQL in a process apart, which is ended at the time limit: SQLite here cannot be interrupted. */
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import type { QueryResult, QueryRunner } from "../../ports/query.ts";
import { QUERY_VIEWS } from "../store/sqlite/views.ts";
import type { Place } from "./find-place.ts";
import { QUERY_FUNCTIONS } from "./functions.ts";
import { ReaderPool } from "./reader-pool.ts";
import { readingStatement } from "./statement.ts";
import { mistyped } from "./syntax-words.ts";

/** Opens nothing itself: the file is named with each query. */
export function createSqliteQuery(): QueryRunner {
  const readers = new ReaderPool();
  return {
    views: QUERY_VIEWS,
    functions: QUERY_FUNCTIONS,
    run: async (file, request) => {
      const sql = readingStatement(request.sql);
      const began = performance.now();
      const question = { file, request: { ...request, sql } };
      const answer = await readers.ask(question, () => refusal("out of memory"));
      if (!answer.ok)
        throw badSyntax(sql, answer.problem, answer.at ?? null) ?? refusal(answer.problem, answer.at);
      const { columns, rows, truncated } = answer;
      return {
        ...{ columns, rows, truncated },
        elapsedMs: Math.round(performance.now() - began),
      } satisfies QueryResult;
    },
  };
}

const NEAR = /^near "(.+)": syntax error$/s;

/** A word that does not fit, with the one that was probably meant; `null` where no word is near. */
function badSyntax(sql: string, problem: string, at: Place | null): ViceError | null {
  const word = NEAR.exec(problem)?.[1];
  const found = word === undefined ? null : mistyped(sql, word, at);
  if (word === undefined || found === null) return null;
  const where = found.before ? `Before it stands "${found.word}": did you mean` : "Did you mean";
  return new ViceError("query.refused", {
    message: `SQLite does not expect "${word}"${sayPlace(at)}.`,
    nearest: found.meant,
    hint: `${where} ${found.meant}?`,
    ...at,
  });
}

/** What SQLite says, in words that lead on. */
function refusal(problem: string, at: Place | null = null): ViceError {
  const place = at ?? {};
  const prohibited = /access to ([\w.]+) is prohibited|^not authorized|authorization denied/i.exec(problem);
  const missing = /no such table: (?:\w+\.)?(\w+)/i.exec(problem)?.[1];
  const names = QUERY_VIEWS.map((view) => view.name);
  if (missing !== undefined) {
    const near = nearest(missing, names);
    const hint = `${near === null ? "" : `Did you mean "${near}"? `}The views are: ${names.join(", ")}.`;
    return new ViceError("query.refused", {
      message: `There is no view "${missing}"${sayPlace(at)}.`,
      hint,
      ...place,
    });
  }
  if (prohibited !== null) {
    const what = prohibited[1] ?? "That";
    const hint = `Only the documented views can be read: ${names.join(", ")}.`;
    return new ViceError("query.refused", {
      message: `${what} cannot be read here. Nothing was changed.`,
      hint,
    });
  }
  if (/out of memory/i.test(problem)) {
    const hint = "Narrow it by time (occurred_ms) or service, or ask for fewer columns.";
    return new ViceError("query.refused", { message: "The query needs more memory than it may have.", hint });
  }
  const column = /no such column: (?:\w+\.)?(\w+)/i.exec(problem)?.[1];
  const columns = QUERY_VIEWS.flatMap((view) => view.columns.map(({ name }) => name));
  const near = column === undefined ? null : nearest(column, columns);
  const meant = near === null ? "" : `Did you mean "${near}"? `;
  const hint = `${meant}Views and columns: vice help query, or docs/reference/query.md.`;
  return new ViceError("query.refused", {
    message: `SQLite says: ${problem}${sayPlace(at)}.`,
    hint,
    ...place,
  });
}

const sayPlace = (at: Place | null): string =>
  at === null ? "" : `, in line ${at.line}, column ${at.column}`;
