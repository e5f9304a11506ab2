/** A chart as wide as its place, drawn by the functions of the domain; what is given lies over it. */
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import type { Chart } from "../../../src/domain/chart/chart.ts";
import { type Drawing, drawChart } from "../../../src/domain/chart/draw.ts";
import { ScrollArea } from "../parts/scroll-area.tsx";

/** Narrower pictures say nothing; what is around them scrolls. */
const LEAST = 240;

interface Props {
  chart: Chart;
  /** IANA name. */
  zone: string;
  /** Of the plot, in pixels. */
  height?: number;
  over?: (drawing: Drawing) => ReactNode;
}

export function DrawnChart({ chart, zone, height, over }: Props): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const drawing: Drawing = { width, zone, ...(height !== undefined && { height }) };
  const drawn = drawChart(chart, drawing);
  useEffect(() => {
    const svg = new DOMParser().parseFromString(drawn, "image/svg+xml");
    place.current?.replaceChildren(document.importNode(svg.documentElement, true));
  }, [drawn]);
  return (
    <ScrollArea label={`Picture: ${chart.title}`} className="picture-scroll">
      <div ref={place} className="picture-place" />
      {over?.(drawing)}
    </ScrollArea>
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
