/** Draws lines over time, with gaps where nothing is known and a pin for each deployment. */
import type { LineChart } from "./chart.ts";
import {
  type Area,
  axisWidth,
  type Drawing,
  legend,
  MARKER_LANE,
  markers,
  type Scale,
  sheet,
  timeAxis,
  timeScale,
  titleHeight,
  valueAxis,
  valueScale,
} from "./frame.ts";
import { sayValue } from "./say-value.ts";
import { GROUND, round, seriesLook, tag, tip } from "./svg.ts";
import { sayMoment } from "./time-axis.ts";

type Point = readonly [atMs: number, value: number | null];

/** So many points get a mark that tells its value; more would only be in each other's way. */
const TOLD = 120;

export function drawLine(chart: LineChart, drawing: Drawing): string {
  const { series, unit, markers: pins = [] } = chart;
  const { width, height = 160, zone } = drawing;
  const points = series.flatMap((each) => each.points);
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const [fromMs, toMs] = spanOf(chart);
  const top = titleHeight(chart.title, drawing);
  const entries = series.length > 1 ? series.map(({ name }, at) => entryOf(name, at)) : [];
  const key = legend(entries, { left: 0, top, width });
  const lane = pins.length > 0 ? MARKER_LANE : 6;
  const area: Area = {
    ...{ left: axisWidth(values, unit, height), top: top + key.height + lane },
    ...{ right: width - 8, bottom: top + key.height + lane + height },
  };
  const scale = valueScale(values, unit, area.bottom, area.top);
  const x = timeScale(fromMs, toMs, area);
  return sheet(
    { ...about(chart), width, height: area.bottom + 22, titled: drawing.titled ?? false },
    key.svg,
    valueAxis(scale, unit, area),
    timeAxis(fromMs, toMs, zone, area),
    markers(pins, fromMs, toMs, zone, area),
    ...series.map((each, at) => lineOf(each.points, at, x, scale)),
    ...(points.length > TOLD ? [] : series.map((each, at) => dotsOf(each, at, { x, scale, unit, zone }))),
  );
}

const about = ({ title, about: said, series }: LineChart): { title: string; about: string } => ({
  title,
  about: said ?? `A line over time of ${series.map(({ name }) => name).join(", ")}.`,
});

function spanOf({ series, fromMs, toMs }: LineChart): [number, number] {
  const moments = series.flatMap(({ points }) => points.map(([atMs]) => atMs));
  const from = fromMs ?? moments.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const to = toMs ?? moments.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return Number.isFinite(from) && Number.isFinite(to) ? [from, Math.max(to, from + 1)] : [0, 1];
}

function entryOf(
  name: string,
  at: number,
): { name: string; color: string; line: { dash: string | undefined } } {
  const { color, dash } = seriesLook(at);
  return { name, color, line: { dash } };
}

/** One path; `M` begins again behind every gap. */
function lineOf(points: readonly Point[], at: number, x: (atMs: number) => number, { at: y }: Scale): string {
  const { color, dash } = seriesLook(at);
  const ordered = [...points].sort((a, b) => a[0] - b[0]);
  let isDown = false;
  const path = ordered.map(([atMs, value]) => {
    if (value === null) {
      isDown = false;
      return "";
    }
    const move = isDown ? "L" : "M";
    isDown = true;
    return `${move}${round(x(atMs))} ${round(y(value))}`;
  });
  return tag("path", {
    ...{ d: path.join(""), fill: "none", stroke: color, "stroke-width": 2, "stroke-dasharray": dash },
    ...{ "stroke-linejoin": "round", "stroke-linecap": "round" },
  });
}

interface Plot {
  x: (atMs: number) => number;
  scale: Scale;
  unit: LineChart["unit"];
  zone: string;
}

/** A dot for each value: a value alone between two gaps has no line. */
function dotsOf(
  { name, points }: LineChart["series"][number],
  at: number,
  { x, scale, unit, zone }: Plot,
): string {
  const { color } = seriesLook(at);
  return points
    .flatMap(([atMs, value]) =>
      value === null
        ? []
        : [
            tag(
              "circle",
              { cx: x(atMs), cy: scale.at(value), r: 2.5, fill: color, stroke: GROUND, "stroke-width": 1 },
              tip(`${name}, ${sayMoment(atMs, zone)}: ${sayValue(value, unit)}`),
            ),
          ],
    )
    .join("");
}
