/** The numbers of a chart as a table: for screen readers, for the terminal, and for whoever wants to copy them. */
import type {
  BarChart,
  Chart,
  HeatMap,
  LineChart,
  Matrix,
  Sparkline,
  TableTwin,
  Waterfall,
} from "./chart.ts";
import { sayMs, sayValue } from "./say-value.ts";
import { sayDay, sayMoment } from "./time-axis.ts";

const DAY = 86_400_000;
const RIGHT = "right";

type Twins = { [K in Chart["kind"]]: (chart: Extract<Chart, { kind: K }>, zone: string) => TableTwin };

const TWINS: Twins = {
  line: lineTwin,
  bar: barTwin,
  heatmap: heatTwin,
  matrix: matrixTwin,
  waterfall: waterfallTwin,
  sparkline: sparkTwin,
};

/** @param zone of the moments in it */
export function tableTwin<K extends Chart["kind"]>(
  chart: Extract<Chart, { kind: K }>,
  zone: string,
): TableTwin {
  const twin: Twins[K] = TWINS[chart.kind as K];
  return twin(chart, zone);
}

function lineTwin({ series, unit }: LineChart, zone: string): TableTwin {
  const moments = [...new Set(series.flatMap(({ points }) => points.map(([atMs]) => atMs)))].sort(
    (a, b) => a - b,
  );
  const byMoment = series.map(({ points }) => new Map(points.map(([atMs, value]) => [atMs, value])));
  const say = momentWords(moments, zone);
  return {
    columns: [{ title: "when" }, ...series.map(({ name }) => ({ title: name, align: RIGHT }) as const)],
    rows: moments.map((atMs) => [
      say(atMs),
      ...byMoment.map((values) => sayValue(values.get(atMs) ?? null, unit)),
    ]),
  };
}

/** Days where all are whole days apart, else with the time. */
function momentWords(moments: readonly number[], zone: string): (atMs: number) => string {
  const [first = 0] = moments;
  const wholeDays = moments.every(
    (atMs) => Math.abs((atMs - first) % DAY) <= 2 * 3_600_000 && atMs % 900_000 === 0,
  );
  return (atMs) => (wholeDays ? sayDay(atMs, zone) : sayMoment(atMs, zone));
}

function barTwin({ parts, bars, unit }: BarChart): TableTwin {
  return {
    columns: [{ title: "" }, ...parts.map(({ name }) => ({ title: name, align: RIGHT }) as const)],
    rows: bars.map(({ label, values }) => [
      label,
      ...parts.map((_, at) => sayValue(values[at] ?? null, unit)),
    ]),
  };
}

function heatTwin({ rows, columns, cells, unit }: HeatMap): TableTwin {
  return {
    columns: [{ title: "" }, ...columns.map((title) => ({ title, align: RIGHT }) as const)],
    rows: rows.map((row, at) => [
      row,
      ...columns.map((_, column) => sayValue(cells[at]?.[column] ?? null, unit)),
    ]),
  };
}

function matrixTwin({ rows, columns, cells }: Matrix): TableTwin {
  return {
    columns: [{ title: "" }, ...columns.map((title) => ({ title }))],
    rows: rows.map((row, at) => [
      row,
      ...columns.map((_, column) => {
        const cell = cells[at]?.[column] ?? null;
        return cell === null ? "–" : [cell.text, cell.more].filter(Boolean).join(" · ");
      }),
    ]),
  };
}

function waterfallTwin({ spans, nowMs }: Waterfall, zone: string): TableTwin {
  return {
    columns: [{ title: "step" }, { title: "began" }, { title: "took", align: RIGHT }, { title: "state" }],
    rows: spans.map(({ label, depth, startMs, endMs, word }) => [
      `${"· ".repeat(depth)}${label}`,
      sayMoment(startMs, zone),
      `${sayMs((endMs ?? nowMs) - startMs)}${endMs === null ? " so far" : ""}`,
      word ?? (endMs === null ? "goes on" : ""),
    ]),
  };
}

function sparkTwin({ values, unit, title }: Sparkline): TableTwin {
  return {
    columns: [
      { title: "", align: RIGHT },
      { title, align: RIGHT },
    ],
    rows: values.map((value, at) => [String(at + 1), sayValue(value, unit)]),
  };
}
