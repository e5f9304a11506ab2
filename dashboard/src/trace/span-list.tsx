/** The rows of a trace: only those on the screen are in the document. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, type Ref, useImperativeHandle, useRef } from "react";
import { NARROW, useMedia } from "../parts/use-media.ts";
import { type Folding, isFolded } from "./folding.ts";
import type { TraceModel } from "./model.ts";
import { SpanRow } from "./span-row.tsx";
import { Ticks } from "./ticks.tsx";
import type { Zoom } from "./zoom.ts";

/** Pixels; the same numbers stand in trace.css. */
const ROW = 28;
const ROW_NARROW = 46;

/** What keys and searches do with the list. */
export interface ListHandle {
  page: (by: 1 | -1) => void;
  /** To the next or previous row that goes on in the time that is shown. */
  span: (by: 1 | -1) => void;
  /** Brings a row into view; places count those that are to be seen. */
  toPlace: (place: number) => void;
}

interface Props {
  model: TraceModel;
  /** Numbers of the rows that are to be seen. */
  visible: readonly number[];
  folding: Folding;
  zoom: Zoom;
  chosen: string | null;
  /** `null` = no search is on. */
  found: ReadonlySet<number> | null;
  choose: (id: string) => void;
  fold: (id: string) => void;
  handle: Ref<ListHandle>;
}

export function SpanList(props: Props): ReactElement {
  const { model, visible, folding, zoom, chosen, found, choose, fold, handle } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMedia(NARROW);
  const height = narrow ? ROW_NARROW : ROW;
  const virtual = useVirtualizer({
    count: visible.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
  });
  const length = model.toMs - model.fromMs;
  const shown = { fromMs: model.fromMs + zoom.from * length, toMs: model.fromMs + zoom.to * length };
  // Asking for `scrollTop` makes the browser lay out the page: only when a key was pressed.
  const topPlace = (): number => Math.round((scroller.current?.scrollTop ?? 0) / height);
  useImperativeHandle(handle, () => ({
    page: (by) => scroller.current?.scrollBy({ top: by * scroller.current.clientHeight * 0.8 }),
    span: (by) => {
      const next = nextInView(model, visible, topPlace(), by, shown);
      if (next !== null) virtual.scrollToIndex(next, { align: "start" });
    },
    toPlace: (place) => virtual.scrollToIndex(place, { align: "center" }),
  }));
  return (
    <div className="spans" ref={scroller}>
      <div className="span-head" aria-hidden="true">
        <span>Activity</span>
        <Ticks fromMs={shown.fromMs - model.fromMs} toMs={shown.toMs - model.fromMs} />
      </div>
      <Lines height={virtual.getTotalSize()} />
      <ol aria-label="Activities of the trace" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const at = visible[index];
          const row = at === undefined ? undefined : model.rows[at];
          if (at === undefined || row === undefined) return null;
          return (
            <SpanRow
              key={row.span.id}
              {...{ model, at, choose, fold }}
              {...shown}
              top={start}
              isFolded={isFolded(row, folding)}
              isChosen={row.span.id === chosen}
              found={found === null ? null : found.has(at)}
            />
          );
        })}
      </ol>
    </div>
  );
}

/** The ticks of the head go on through the rows: one element for all of them, as painting is what scrolling costs. */
function Lines({ height }: { height: number }): ReactElement {
  return (
    <div className="span-lines" style={{ height }} aria-hidden="true">
      <div>
        {[0, 25, 50, 75].map((left) => (
          <span key={left} style={{ left: `${left}%` }} />
        ))}
      </div>
    </div>
  );
}

function nextInView(
  { extents }: TraceModel,
  visible: readonly number[],
  from: number,
  by: 1 | -1,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): number | null {
  for (let place = from + by; place >= 0 && place < visible.length; place += by) {
    const extent = extents[visible[place] ?? -1];
    if (extent !== undefined && extent.lastMs >= fromMs && (extent.startMs ?? extent.lastMs) <= toMs)
      return place;
  }
  return null;
}
