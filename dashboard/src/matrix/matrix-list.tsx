/** The narrow form of the matrix: one block per service, one line per environment. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useRef } from "react";
import { Link } from "wouter";
import { withParams } from "../api/client.ts";
import type { Column, Matrix, ServiceRow } from "./build-matrix.ts";
import { MatrixCell } from "./matrix-cell.tsx";

const HEAD_HEIGHT = 44;
const LINE_HEIGHT = 52;
const GROUP_HEIGHT = 40;

export function MatrixList({ matrix }: { matrix: Matrix }): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, columns } = matrix;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rows[index];
      return row?.type === "service" ? HEAD_HEIGHT + LINE_HEIGHT * filled(row) : GROUP_HEIGHT;
    },
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 3,
  });
  return (
    <div className="matrix-list" ref={scroller}>
      <ul style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start, size }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li key={key} className="slot" style={{ transform: `translateY(${start}px)`, height: size }}>
              {row.type === "group" ? (
                <h2 className="list-group">
                  {row.team ?? "No team"} <span className="count">{row.services}</span>
                </h2>
              ) : (
                <ServiceBlock row={row} index={index} columns={columns} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const filled = (row: ServiceRow): number => row.cells.filter((items) => items.length > 0).length;

function ServiceBlock({
  row,
  index,
  columns,
}: {
  row: ServiceRow;
  index: number;
  columns: readonly Column[];
}): ReactElement {
  return (
    <section className="block" aria-label={row.service}>
      <h2>
        <Link to={withParams("/timeline", { service: row.service })}>{row.service}</Link>
        {row.team !== null && <span className="name-team">{row.team}</span>}
      </h2>
      <ul>
        {row.cells.map((items, at) => {
          if (items.length === 0) return null;
          return (
            <li key={columns[at]?.key ?? at} data-row={`${row.key}|${at}`} className="block-line">
              <span className="block-env">{columns[at]?.name}</span>
              <MatrixCell items={items} tabIndex={0} cellId={`${index}|${at}`} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
