/** From any chart to its SVG: page, reports, digest and badge all draw with this. */
import { drawBars } from "./bar.ts";
import type { Chart } from "./chart.ts";
import type { Drawing } from "./frame.ts";
import { drawHeatMap, drawMatrix } from "./grid.ts";
import { drawLine } from "./line.ts";
import { drawSparkline } from "./sparkline.ts";
import { drawWaterfall } from "./waterfall.ts";

type Draw = { [K in Chart["kind"]]: (chart: Extract<Chart, { kind: K }>, drawing: Drawing) => string };

const DRAW: Draw = {
  line: drawLine,
  bar: drawBars,
  heatmap: drawHeatMap,
  matrix: drawMatrix,
  waterfall: drawWaterfall,
  sparkline: drawSparkline,
};

/** The same chart is always the same text. What is not known is `null`: all numbers are finite. */
export function drawChart<K extends Chart["kind"]>(
  chart: Extract<Chart, { kind: K }>,
  drawing: Drawing,
): string {
  const draw: Draw[K] = DRAW[chart.kind as K];
  return draw(chart, drawing);
}

export type { Drawing } from "./frame.ts";
