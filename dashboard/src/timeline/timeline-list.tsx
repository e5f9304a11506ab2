/** The virtual list of the timeline: only the rows on the screen are in the document, only their pages are read. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { Failure } from "../parts/failure.tsx";
import type { UrlState } from "../parts/url-state.ts";
import { NARROW, useMedia } from "../parts/use-media.ts";
import { Waiting } from "../parts/waiting.tsx";
import { type Filters, noFilters } from "./filters.ts";
import { rowCount } from "./paging.ts";
import { TimelineRow } from "./timeline-row.tsx";
import { type Pages, usePages } from "./use-pages.ts";

/** Pixels; the same numbers stand in lists.css. */
const ROW = 41;
const ROW_NARROW = 69;
/** Rows shown as empty lines below the last known one while the next page is on its way. */
const AHEAD = 20;

export function TimelineList({
  path,
  filters,
  url,
}: {
  path: string;
  filters: Filters;
  url: UrlState;
}): ReactElement {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useMedia(NARROW);
  const [range, setRange] = useState<[number, number]>([0, 0]);
  const [atTop, setAtTop] = useState(true);
  const data = usePages(path, filters, range, atTop);
  const count = rowCount(data.pages, data.pending ? 0 : AHEAD);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? ROW_NARROW : ROW),
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const from = virtual.range?.startIndex ?? 0;
  const to = (virtual.range?.endIndex ?? 0) + AHEAD;
  const isTop = (virtual.scrollOffset ?? 0) < ROW;
  // What is on the screen is known only after the pages are: it decides which pages are read next.
  useEffect(() => setRange([from, to]), [from, to]);
  useEffect(() => setAtTop(isTop), [isTop]);
  return (
    <div className="timeline" ref={scroller}>
      <Unseen data={data} toTop={() => scroller.current?.scrollTo({ top: 0 })} />
      {!narrow && <ListHead />}
      {data.error !== null && <Failure error={data.error} retry={data.retry} />}
      {data.pending && data.error === null && <Waiting what="the timeline" />}
      {count === 0 && !data.pending && <Nothing filters={filters} url={url} />}
      <ol style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <TimelineRow key={index} row={data.rowAt(index)} index={index} start={start} narrow={narrow} />
        ))}
      </ol>
    </div>
  );
}

function ListHead(): ReactElement {
  return (
    <div className="row row-head" aria-hidden="true">
      <span>Status</span>
      <span>What</span>
      <span>Where</span>
      <span>Version</span>
      <span>Tool</span>
      <span>Who</span>
      <span className="right">Took</span>
      <span className="right">When</span>
    </div>
  );
}

function Unseen({ data, toTop }: { data: Pages; toTop: () => void }): ReactElement | null {
  if (data.waiting === 0) return null;
  function show(): void {
    data.renew();
    toTop();
  }
  return (
    <button type="button" className="button unseen" onClick={show}>
      {data.waiting === 1 ? "1 new deployment" : `${data.waiting} new deployments`} ↑
    </button>
  );
}

function Nothing({ filters, url }: { filters: Filters; url: UrlState }): ReactElement {
  const filtered = Object.keys(filters).length > 0;
  return (
    <div className="empty">
      <p>{filtered ? "Nothing fits these filters." : "Nothing has been reported yet."}</p>
      {filtered ? (
        <button type="button" className="button" onClick={() => url.set(noFilters())}>
          Clear filters
        </button>
      ) : (
        <a className="button" href="/sources">
          Connect a tool
        </a>
      )}
    </div>
  );
}
