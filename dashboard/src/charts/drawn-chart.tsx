/** A chart as wide as its place, drawn by the functions of the domain; what is given lies over it. */
import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import type { Chart } from "../../../src/domain/chart/chart.ts";
import { type Drawing, drawChart } from "../../../src/domain/chart/draw.ts";
import { ScrollArea } from "../parts/scroll-area.tsx";
import { useWidth } from "../parts/use-width.ts";

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
  const width = useWidth(place, LEAST);
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
