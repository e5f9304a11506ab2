/** Terminal tables: columns that stay where they are, cut to the width that there is. */
import type { TextStyle } from "./command.ts";

export interface Column<Row> {
  title: string;
  value: (row: Row) => string;
  /** Colours the padded cell; the width is taken from `value`. */
  paint?: (text: string, row: Row) => string;
  align?: "right";
  /** May be cut when the line is too long; others keep their width. */
  flexible?: boolean;
}

const GAP = 2;
const MIN_FLEXIBLE = 8;

const CONTROL = /\p{Cc}/gu;

/** Text from outside may hold escape sequences: they never reach a terminal. */
export const printable = (text: string): string => text.replace(CONTROL, "\ufffd");

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;

/** @returns lines joined by newline, without a final one; titles in capitals are the first line */
export function table<Row>(
  rows: readonly Row[],
  columns: ReadonlyArray<Column<Row>>,
  style: TextStyle,
): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.value(row))));
  const widths = columns.map((column, at) =>
    cells.reduce((most, line) => Math.max(most, line[at]?.length ?? 0), column.title.length),
  );
  shrink(widths, columns, style.columns);
  const pad = (text: string, at: number): string => {
    const width = widths[at] ?? 0;
    const fitted = cut(text, width);
    if (columns[at]?.align === "right") return fitted.padStart(width);
    return at === columns.length - 1 ? fitted : fitted.padEnd(width);
  };
  const title = columns
    .map((column, at) => style.color("dim", pad(printable(column.title).toUpperCase(), at)))
    .join(" ".repeat(GAP));
  const lines = cells.map((line, rowAt) =>
    line
      .map((text, at) => {
        const padded = pad(text, at);
        const row = rows[rowAt];
        return row === undefined ? padded : (columns[at]?.paint?.(padded, row) ?? padded);
      })
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
  return [title.trimEnd(), ...lines].join("\n");
}

function shrink<Row>(widths: number[], columns: ReadonlyArray<Column<Row>>, available: number): void {
  const flexible = columns.map((column, at) => (column.flexible ? at : -1)).filter((at) => at !== -1);
  let over = widths.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  while (over > 0 && flexible.length > 0) {
    const widest = flexible.reduce((a, b) => ((widths[b] ?? 0) > (widths[a] ?? 0) ? b : a));
    const width = widths[widest] ?? 0;
    if (width <= MIN_FLEXIBLE) return;
    widths[widest] = width - 1;
    over -= 1;
  }
}
