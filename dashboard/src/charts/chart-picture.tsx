/** A chart as a picture of the width that there is, drawn by the functions of the domain, with its table twin. */
import { type ReactElement, useEffect, useRef, useState } from "react";
import type { Chart } from "../../../src/domain/chart/chart.ts";
import { drawChart } from "../../../src/domain/chart/draw.ts";
import { tableTwin } from "../../../src/domain/chart/table-twin.ts";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { TableOf } from "./table-of.tsx";

/** Narrower pictures say nothing; what is around them scrolls. */
const LEAST = 240;

export function ChartPicture({ chart, zone }: { chart: Chart; zone: string }): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  useEffect(() => {
    const svg = new DOMParser().parseFromString(drawChart(chart, { width, zone }), "image/svg+xml");
    place.current?.replaceChildren(document.importNode(svg.documentElement, true));
  }, [chart, zone, width]);
  return (
    <figure className="picture">
      <figcaption>{chart.title}</figcaption>
      <ScrollArea label={`Picture: ${chart.title}`} className="picture-scroll">
        <div ref={place} className="picture-place" />
      </ScrollArea>
      <details>
        <summary>As a table</summary>
        <TableOf table={tableTwin(chart, zone)} label={chart.title} />
      </details>
    </figure>
  );
}

function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(LEAST, Math.floor(entry.contentRect.width)));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [place]);
  return width;
}
