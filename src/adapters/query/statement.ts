/** Looks at people's SQL before SQLite does: one statement, and one that reads. */
import { withoutOpaque } from "../../domain/query/opaque.ts";
import { ViceError } from "../../kit/errors.ts";
import { nearest } from "../../kit/nearest.ts";
import { isStatement, READING } from "./syntax-words.ts";

const READS = /^\s*(?:select|with|values)\b/i;
const WORD = /^\s*([a-z]+)/i;

/**
 * @returns the statement without a closing semicolon
 * @throws ViceError `query.refused` for anything but one reading statement
 */
export function readingStatement(sql: string): string {
  const bare = withoutOpaque(sql);
  if (bare.trim() === "") throw new ViceError("query.refused", { message: "The query is empty." });
  if (sql.includes("\0")) throw new ViceError("query.refused", { message: "The query has a NUL character." });
  const end = bare.indexOf(";");
  if (end !== -1 && /[^\s;]/.test(bare.slice(end))) {
    throw new ViceError("query.refused", { message: "Only one statement at a time can be run." });
  }
  if (!READS.test(bare)) {
    throw notReading(WORD.exec(bare)?.[1] ?? null);
  }
  return end === -1 ? sql : sql.slice(0, end);
}

function notReading(word: string | null): ViceError {
  if (word === null || isStatement(word)) {
    const what = word?.toUpperCase() ?? "This";
    return new ViceError("query.refused", {
      message: `${what} is not possible here: queries only read. Nothing was changed.`,
    });
  }
  const near = nearest(word, READING);
  return new ViceError("query.refused", {
    message: `"${word}" is no word that a query begins with.`,
    ...(near === null ? {} : { nearest: near }),
    hint: near === null ? "A query begins with SELECT, WITH or VALUES." : `Did you mean ${near}?`,
  });
}
