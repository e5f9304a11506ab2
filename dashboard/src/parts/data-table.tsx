/** A table made of its columns: each says its title and what stands in a row; the first one names the row. */
import type { ReactElement, ReactNode } from "react";
import { ScrollArea } from "./scroll-area.tsx";

export interface Column<Row> {
  title: string;
  cell: (row: Row, at: number) => ReactNode;
  /** Numbers stand at the right, digit below digit. */
  isNumber?: boolean;
  /** What the title means, for the pointer. */
  says?: string;
  className?: string;
  /** Stands in the head instead of the title. */
  head?: ReactNode;
}

interface Props<Row> {
  label: string;
  columns: ReadonlyArray<Column<Row>>;
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** Rows that the keys `j` and `k` go through are marked by their key. */
  isWalked?: boolean;
  /** On a narrow screen the cells of a row stand below each other, each with the title of its column. */
  isStacked?: boolean;
  className?: string;
}

export function DataTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  isWalked = false,
  isStacked = false,
  className = "",
}: Props<Row>): ReactElement {
  return (
    <ScrollArea label={label}>
      <table className={`table${isStacked ? " stacked" : ""} ${className}`.trimEnd()}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" className={lookOf(column)} title={column.says}>
                {column.head ?? column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={keyOf(row)} data-row={isWalked ? keyOf(row) : undefined}>
              {columns.map((column, place) =>
                place === 0 ? (
                  <th key={column.title} scope="row" className={lookOf(column)}>
                    {column.cell(row, at)}
                  </th>
                ) : (
                  <td
                    key={column.title}
                    className={lookOf(column)}
                    data-label={isStacked ? labelOf(column) : undefined}
                  >
                    {column.cell(row, at)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

const lookOf = <Row,>({ isNumber = false, className }: Column<Row>): string | undefined =>
  isNumber ? "number" : className;

/** Beside its value a title is a word in a line. */
const labelOf = <Row,>({ title }: Column<Row>): string => title.charAt(0).toLowerCase() + title.slice(1);
