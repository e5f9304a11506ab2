/** The wide form of the matrix: a grid with sticky names, virtual rows, and one tab stop that the arrow keys move. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, type KeyboardEvent, type ReactElement, useCallback, useRef, useState } from "react";
import { toggleIn, type UrlState } from "../parts/url-state.ts";
import type { Matrix } from "./build-matrix.ts";
import { CellCard } from "./cell-card.tsx";
import { MatrixHead } from "./matrix-head.tsx";
import { GroupLine, MatrixLine } from "./matrix-line.tsx";
import { moveInGrid } from "./move-in-grid.ts";
import { widthBefore } from "./pinned.ts";

/** Pixels. */
const ROW_HEIGHT = 49;
const GROUP_HEIGHT = 33;

export function MatrixTable({ matrix, url }: { matrix: Matrix; url: UrlState }): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string | null>(null);
  const { rows, columns } = matrix;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.type === "group" ? GROUP_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const activeShown = shown.some(({ index }) => active?.startsWith(`${rows[index]?.key ?? ""}|`) === true);
  const firstService =
    shown.map(({ index }) => rows[index]).find((row) => row?.type === "service")?.key ?? "";
  const stop = activeShown && active !== null ? active : `${firstService}|-1`;

  const pinService = useCallback((key: string) => url.set({ pin: toggleIn(url.get("pin"), key) }), [url]);
  const pinColumn = useCallback(
    (key: string) => url.set({ pincol: toggleIn(url.get("pincol"), key) }),
    [url],
  );

  function onFocus(event: FocusEvent<HTMLElement>): void {
    const cell = event.target.closest<HTMLElement>("tbody [data-col]");
    const row = cell?.closest<HTMLElement>("[data-row]");
    if (cell && row) setActive(`${row.dataset.row}|${cell.dataset.col}`);
  }
  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (moveInGrid(event.key)) event.preventDefault();
    const row = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset.row;
    if (event.key === "p" && row !== undefined) pinService(row);
  }

  return (
    <div className="matrix" ref={scroller}>
      <table
        className={matrix.grouped ? "grid grouped" : "grid"}
        aria-label="What runs where"
        aria-rowcount={rows.length + 1}
        style={{ minWidth: widthBefore(columns.length) }}
        onFocus={onFocus}
        onKeyDown={onKeyDown}
      >
        <MatrixHead columns={columns} pin={pinColumn} />
        <tbody>
          <Spacer height={before} span={columns.length + 1} />
          {shown.map(({ index, key }) => {
            const row = rows[index];
            if (row === undefined) return null;
            if (row.type === "group")
              return <GroupLine key={key} row={row} index={index} span={columns.length + 1} />;
            const stopHere = stop.startsWith(`${row.key}|`) ? Number(stop.slice(row.key.length + 1)) : null;
            return (
              <MatrixLine
                key={key}
                row={row}
                index={index}
                columns={columns}
                stop={stopHere}
                pin={pinService}
              />
            );
          })}
          <Spacer height={after} span={columns.length + 1} />
        </tbody>
      </table>
      <CellCard scroller={scroller} matrix={matrix} />
    </div>
  );
}

function Spacer({ height, span }: { height: number; span: number }): ReactElement | null {
  if (height <= 0) return null;
  return (
    <tr>
      <td className="spacer" colSpan={span} style={{ height }} />
    </tr>
  );
}
