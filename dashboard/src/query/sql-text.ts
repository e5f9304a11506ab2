/** What the query page reads out of SQL and out of what the server says about it. Pure. */

/** Strings, quoted names and comments, in which a colon means nothing. */
const OPAQUE = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g;

/** Names of the values that it takes, in the order of the text; as the server reads them. */
export function parametersOf(sql: string): string[] {
  const bare = sql.replace(OPAQUE, (text) => " ".repeat(text.length));
  return [...new Set([...bare.matchAll(/(?<![\w:])[:@$]([A-Za-z_]\w*)/g)].map(([, name = ""]) => name))];
}

/** A number, true, false or null is one; anything else is text. Empty is not given. */
export function valuesOf(
  texts: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, unknown> {
  const given = names.flatMap((name) => {
    const text = texts[name]?.trim() ?? "";
    return text === ""
      ? []
      : [[name, /^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(text) ? JSON.parse(text) : text]];
  });
  return Object.fromEntries(given);
}

export interface Place {
  line: number;
  column: number;
}

/** Where the server says that something is wrong; `null` = it names no place. */
export function placeIn(message: string): Place | null {
  const [, line, column] = /in line (\d+), column (\d+)/.exec(message) ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column) };
}

/** From the beginning of the text. */
export function offsetOf(sql: string, { line, column }: Place): number {
  const before = sql.split("\n").slice(0, line - 1);
  return Math.min(before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1, sql.length);
}

/** As `vice query --csv` writes it: text that a spreadsheet would take for a formula gets an apostrophe. */
export function csvOf(
  columns: readonly string[],
  rows: ReadonlyArray<ReadonlyArray<string | number | null>>,
): string {
  const cell = (value: string | number | null): string => {
    if (value === null || typeof value === "number") return String(value ?? "");
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
