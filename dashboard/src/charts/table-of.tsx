/** A table of a report, or the numbers of a chart: its first column names the rows. */
import type { ReactElement, ReactNode } from "react";
import { Link } from "wouter";
import type { TableTwin } from "../../../src/domain/chart/chart.ts";
import { ScrollArea } from "../parts/scroll-area.tsx";

interface Numbered {
  place: number;
  text: string;
}
/** Rows and columns may be called alike: their place is their name. */
const numbered = (texts: readonly string[]): Numbered[] => texts.map((text, place) => ({ place, text }));

function Cell({ text, to }: { text: string; to: string | null }): ReactNode {
  return to === null ? text : <Link to={to}>{text}</Link>;
}

/** Where a cell holds a sentence, rows that stay rows on a phone are high and empty: they become cards. */
const SENTENCE = 40;
const holdsSentences = ({ rows }: TableTwin): boolean =>
  rows.some((cells) => cells.some(({ length }) => length > SENTENCE));

export function TableOf({ table, label }: { table: TableTwin; label: string }): ReactElement {
  const columns = numbered(table.columns.map(({ title }) => title));
  const side = (place: number): string | undefined =>
    table.columns[place]?.align === "right" ? "number" : undefined;
  const isStacked = holdsSentences(table);
  const rows = table.rows.map((cells, line) => ({ line, cells: numbered(cells) }));
  return (
    <ScrollArea label={label} className="picture-table">
      <table className={isStacked ? "table stacked" : "table"}>
        <thead>
          <tr>
            {columns.map(({ place, text }) =>
              text === "" ? (
                <td key={place} />
              ) : (
                <th key={place} scope="col" className={side(place)}>
                  {text}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ line, cells }) => (
            <tr key={line}>
              {cells.map(({ place, text }) =>
                place === 0 ? (
                  <th key={place} scope="row" className={side(place)}>
                    {text}
                  </th>
                ) : (
                  <td
                    key={place}
                    className={side(place)}
                    data-label={isStacked && text !== "" ? columns[place]?.text : undefined}
                  >
                    <Cell text={text} to={place === table.linkAt ? (table.links?.[line] ?? null) : null} />
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
