/** One row of the matrix, and the line that names a team. */
import { memo, type ReactElement } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import { Icon } from "../parts/icon.tsx";
import type { Column, GroupRow, ServiceRow } from "./build-matrix.ts";
import { MatrixCell } from "./matrix-cell.tsx";
import { pinnedLeft } from "./pinned.ts";

interface LineProps {
  row: ServiceRow;
  index: number;
  columns: readonly Column[];
  /** Column of the one tab stop when it is in this row: -1 = the name. */
  stop: number | null;
  pin: (key: string) => void;
}

export const MatrixLine = memo(function MatrixLine({
  row,
  index,
  columns,
  stop,
  pin,
}: LineProps): ReactElement {
  return (
    <tr data-row={row.key} aria-rowindex={index + 2} className={row.pinned ? "line pinned-row" : "line"}>
      <th scope="row" className="name" data-col="-1">
        <div className="name-line">
          <Link
            to={withParams("/timeline", { service: row.service })}
            tabIndex={stop === -1 ? 0 : -1}
            className="name-link"
            title={row.service}
          >
            <span className="name-service">{row.service}</span>
            {row.team !== null && <span className="name-team">{row.team}</span>}
          </Link>
          <button
            type="button"
            className="pin"
            tabIndex={-1}
            aria-pressed={row.pinned}
            aria-label={`Pin ${row.service}`}
            title={row.pinned ? "Unpin (p)" : "Pin to the top (p)"}
            onClick={() => pin(row.key)}
          >
            <Icon name="pin" />
          </button>
        </div>
      </th>
      {row.cells.map((items, at) => (
        <td
          key={columns[at]?.key ?? at}
          data-col={at}
          className={columns[at]?.pinned === true ? "pinned" : undefined}
          style={pinnedLeft(columns[at], at)}
        >
          <MatrixCell items={items} tabIndex={stop === at ? 0 : -1} cellId={`${index}|${at}`} />
        </td>
      ))}
    </tr>
  );
});

export function GroupLine({
  row,
  index,
  span,
}: {
  row: GroupRow;
  index: number;
  span: number;
}): ReactElement {
  return (
    <tr aria-rowindex={index + 2} className="group">
      <th scope="rowgroup" colSpan={span}>
        <span className="group-name">
          {row.team ?? "No team"} <span className="count">{row.services}</span>
        </span>
      </th>
    </tr>
  );
}
