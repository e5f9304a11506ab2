/** The list of pieces of work: only the rows on the screen are in the document; older ones are read when its end is near. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useEffect, useRef } from "react";
import type { WorkItem } from "../api/piece-types.ts";
import { NARROW, useMedia } from "../parts/use-media.ts";
import { WorkRow } from "./work-row.tsx";

/** Pixels; the same numbers stand in traces.css. */
const ROW = 41;
const ROW_NARROW = 82;
/** Rows before the end at which the next ones are asked for. */
const NEAR = 30;

interface Props {
  items: readonly WorkItem[];
  /** `null` = there are no older ones, or they are on their way. */
  more: (() => unknown) | null;
}

export function WorkList({ items, more }: Props): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMedia(NARROW);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? ROW_NARROW : ROW),
    overscan: 12,
  });
  const end = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (more !== null && end > items.length - NEAR && end > 0) more();
  }, [more, end, items.length]);
  return (
    <div className="timeline work-list" ref={scroller}>
      {!narrow && <Head />}
      <ol style={{ height: virtual.getTotalSize() }} aria-label="Pieces of work">
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <WorkRow
              key={item.head.id}
              {...{ item, index, start }}
              count={more === null ? items.length : -1}
            />
          );
        })}
      </ol>
    </div>
  );
}

function Head(): ReactElement {
  return (
    <div className="row row-head work-row" aria-hidden="true">
      <span>Status</span>
      <span>What</span>
      <span>Tools</span>
      <span>Services</span>
      <span>Environments</span>
      <span className="right">Took</span>
      <span className="right">When</span>
    </div>
  );
}
