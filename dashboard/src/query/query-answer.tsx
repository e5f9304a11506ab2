/** The answer of a query as a table, and as a file. */
import type { ReactElement } from "react";
import type { Cell, QueryResult } from "../api/question-types.ts";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { csvOf } from "./sql-text.ts";

/** More would make the page slow; the file has all of them. */
const SHOWN = 500;

interface Column {
  place: number;
  title: string;
  isNumber: boolean;
}

/** Two columns may be called alike: their place is their name. */
const columnsOf = ({ columns, rows }: QueryResult): Column[] =>
  columns.map((title, place) => ({
    place,
    title,
    isNumber:
      rows.some((row) => typeof row[place] === "number") &&
      rows.every((row) => typeof row[place] !== "string"),
  }));

export function QueryAnswer({ result, name }: { result: QueryResult; name: string }): ReactElement {
  const { columns, rows, truncated, elapsedMs } = result;
  return (
    <section aria-label="Answer">
      <div className="answer-head">
        <p>
          {rows.length.toLocaleString()} {rows.length === 1 ? "row" : "rows"} in {elapsedMs.toLocaleString()}{" "}
          ms
          {rows.length > SHOWN && `, the first ${SHOWN} are shown`}
          {truncated && "; there are more: narrow the query"}
        </p>
        <button
          type="button"
          className="button"
          disabled={rows.length === 0}
          onClick={() => download(`${name}.csv`, csvOf(columns, rows))}
        >
          Download CSV
        </button>
      </div>
      {rows.length > 0 && <Rows result={result} />}
    </section>
  );
}

function Rows({ result }: { result: QueryResult }): ReactElement {
  const columns = columnsOf(result);
  const shown = result.rows.slice(0, SHOWN).map((cells, line) => ({ line, cells }));
  return (
    <ScrollArea label="Rows">
      <table className="table">
        <thead>
          <tr>
            {columns.map(({ place, title, isNumber }) => (
              <th key={place} scope="col" className={isNumber ? "number" : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(({ line, cells }) => (
            <tr key={line} data-row={line}>
              {columns.map(({ place, isNumber }) => (
                <td key={place} className={isNumber ? "number" : undefined}>
                  <Value cell={cells[place] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function Value({ cell }: { cell: Cell }): ReactElement {
  if (cell === null) return <span className="unknown">null</span>;
  if (typeof cell === "number") return <span className="tabular">{cell}</span>;
  return <span>{cell}</span>;
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
