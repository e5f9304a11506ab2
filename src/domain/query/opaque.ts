/** Blanks what means nothing in SQL: strings, quoted names, comments. Pure. */

/**
 * As SQLite reads them (its page "SQL Language Expressions", "SQL Comment Syntax"). What is not closed goes on to the end,
 * so that nothing is read twice.
 */
const OPAQUE =
  /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** The same text with strings and comments blanked, place by place. */
export const withoutOpaque = (sql: string): string =>
  sql.replace(OPAQUE, (text) => (/^(?:--|\/\*)/.test(text) ? " " : "x").repeat(text.length));
