/** Comma-separated values (RFC 4180) that a spreadsheet opens without running anything. */

/** Columns from a JSON Schema of one row, so that they do not depend on the rows: nested objects become `a.b`. */
export function csvColumns(rowSchema: unknown): string[] {
  const properties = objectOf(rowSchema)["properties"];
  return Object.entries(objectOf(properties)).flatMap(([key, property]) => {
    const inner = alternatives(property).flatMap(csvColumns);
    return inner.length === 0 ? [key] : [...new Set(inner)].map((name) => `${key}.${name}`);
  });
}

/** A property that may be `null` is described as `anyOf` the thing and null. */
function alternatives(property: unknown): unknown[] {
  const anyOf = objectOf(property)["anyOf"];
  return Array.isArray(anyOf) ? anyOf : [property];
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/**
 * One line for the names and one for each row, ended by CRLF.
 * @param columns in this order; empty = the keys of the rows in the order in which they are first met
 */
export function csvOf(rows: readonly unknown[], columns: readonly string[] = []): string {
  const names =
    columns.length > 0 ? columns : [...new Set(rows.flatMap((row) => Object.keys(objectOf(row))))];
  const lines = [names.map(csvCell), ...rows.map((row) => names.map((name) => csvCell(valueAt(row, name))))];
  return lines.map((cells) => `${cells.join(",")}\r\n`).join("");
}

/** The same of a table that names its columns, which may be called alike. */
export function csvTable(columns: readonly string[], rows: ReadonlyArray<readonly unknown[]>): string {
  return [columns, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

function valueAt(row: unknown, name: string): unknown {
  const value = objectOf(row);
  if (Object.hasOwn(value, name)) return value[name];
  return name.split(".").reduce<unknown>((at, part) => objectOf(at)[part], value);
}

/** Text that a spreadsheet would take for a formula gets an apostrophe (OWASP, "CSV Injection"); numbers stay numbers. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
