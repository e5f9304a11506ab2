/** Draws bars, standing (over time or by name) or lying, stacked when they have several parts. */
import type { BarChart, Tone } from "./chart.ts";
import {
  type Area,
  axisWidth,
  type Drawing,
  type LegendEntry,
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
import { colorOf, fitted, GROUND, INK, label, tag, tip, widthOf } from "./svg.ts";

export function drawBars(chart: BarChart, drawing: Drawing): string {
  return chart.lying === true ? drawLying(chart, drawing) : drawStanding(chart, drawing);
}

/** Failures are hollow with a thick edge: told by shape, not by colour alone. */
const isHollow = (tone: Tone | undefined): boolean => tone === "bad";

const toneOf = (chart: BarChart, at: number): Tone =>
  chart.parts[at]?.tone ?? (["accent", "plain", "run", "warn"] as const)[at % 4] ?? "plain";

const entries = (chart: BarChart): LegendEntry[] =>
  chart.parts.length < 2
    ? []
    : chart.parts.map(({ name }, at) => ({
        ...{ name, color: colorOf(toneOf(chart, at)), hollow: isHollow(toneOf(chart, at)) },
      }));

const sums = ({ bars }: BarChart): number[] =>
  bars.map(({ values }) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0));

const about = ({ title, about: said, bars, parts }: BarChart): { title: string; about: string } => ({
  title,
  about: said ?? `${bars.length} bars of ${parts.map(({ name }) => name).join(", ")}.`,
});

/** Where one bar may stand, from its left to its right. */
export interface Slot {
  from: number;
  to: number;
}

/** Where standing bars are drawn, in pixels of the picture: for what lies over them, such as buttons. */
export interface BarPlot {
  area: Area;
  slots: readonly Slot[];
}

/** The plot of `drawBars` for the same chart and drawing. */
export function barPlot(chart: BarChart, drawing: Drawing): BarPlot {
  const { area, slots } = planOf(chart, drawing);
  return { area, slots };
}

function planOf(chart: BarChart, drawing: Drawing) {
  const { unit, bars, markers: pins = [] } = chart;
  const { width, height = 140 } = drawing;
  const all = sums(chart);
  const top = titleHeight(chart.title, drawing);
  const key = legend(entries(chart), { left: 0, top, width });
  const lane = pins.length > 0 ? MARKER_LANE : 6;
  const area: Area = {
    ...{ left: axisWidth(all, unit, height), top: top + key.height + lane },
    ...{ right: width - 8, bottom: top + key.height + lane + height },
  };
  const time = timeOf(chart);
  const slots = time === null ? evenSlots(bars.length, area) : timeSlots(chart, time, area);
  return { area, slots, time, key, scale: valueScale(all, unit, area.bottom, area.top) };
}

function drawStanding(chart: BarChart, drawing: Drawing): string {
  const { unit, bars, markers: pins = [] } = chart;
  const { width, zone } = drawing;
  const { area, slots, time, key, scale } = planOf(chart, drawing);
  return sheet(
    { ...about(chart), width, height: area.bottom + 22, titled: drawing.titled ?? false },
    key.svg,
    valueAxis(scale, unit, area),
    time === null ? nameAxis(chart, slots, area) : timeAxis(...time, zone, area),
    ...bars.map((bar, at) => standing(chart, bar, slots[at] ?? { from: 0, to: 0 }, scale)),
    time === null ? "" : markers(pins, ...time, zone, area),
  );
}

/** From the first bar to the end of the last one; `null` = no bars over time. */
function timeOf({ bars }: BarChart): [number, number] | null {
  const moments = bars.flatMap(({ atMs }) => (atMs === undefined ? [] : [atMs]));
  const [first] = moments;
  const last = moments.at(-1);
  if (first === undefined || last === undefined || moments.length < bars.length) return null;
  // The first and the last bucket may be cut: the widest tells how wide a whole one is.
  const steps = moments.slice(1).map((atMs, at) => atMs - (moments[at] ?? atMs));
  return [first, last + (steps.length === 0 ? DAY : Math.max(...steps))];
}

const DAY = 86_400_000;

function timeSlots({ bars }: BarChart, [fromMs, toMs]: [number, number], area: Area): Slot[] {
  const x = timeScale(fromMs, toMs, area);
  return bars.map(({ atMs = fromMs }, at) => ({ from: x(atMs), to: x(bars[at + 1]?.atMs ?? toMs) }));
}

function evenSlots(count: number, { left, right }: Area): Slot[] {
  const size = (right - left) / Math.max(1, count);
  return Array.from({ length: count }, (_, at) => ({ from: left + at * size, to: left + (at + 1) * size }));
}

/** As many names as fit. */
function nameAxis({ bars }: BarChart, slots: readonly Slot[], { bottom }: Area): string {
  const size = (slots[0]?.to ?? 0) - (slots[0]?.from ?? 0);
  const every = Math.max(1, Math.ceil(30 / Math.max(1, size)));
  return bars
    .map(({ label: name }, at) => {
      const { from, to } = slots[at] ?? { from: 0, to: 0 };
      const word = at % every === 0 ? fitted(name, size * every - 4) : "";
      return word === "" ? "" : label(word, { x: (from + to) / 2, y: bottom + 16, anchor: "middle" });
    })
    .join("");
}

function standing(
  chart: BarChart,
  { label: name, values }: BarChart["bars"][number],
  { from, to }: Slot,
  scale: Scale,
): string {
  const gap = to - from > 6 ? 2 : 0.5;
  const width = Math.max(0.5, to - from - gap);
  const told = tip(`${name}: ${sayBar(chart, values)}`);
  if (values.every((value) => value === null)) return unknown(told, (from + to) / 2, scale.at(0), width);
  let sum = 0;
  const boxes = values.map((value, at) => {
    if (value === null || value === 0) return "";
    const base = scale.at(sum);
    sum += value;
    const y = scale.at(sum);
    // What is below nothing hangs from the axis.
    const place = { x: from + gap / 2, y: Math.min(base, y), width, height: Math.max(1, Math.abs(base - y)) };
    return box(place, toneOf(chart, at));
  });
  return tag("g", {}, told, ...boxes);
}

/** Where nothing is known stands a dash, which no bar of height 0 looks like. */
const unknown = (told: string, x: number, y: number, width: number): string =>
  width < 5 ? "" : tag("g", {}, told, label("–", { x, y: y - 3, anchor: "middle" }));

const sayBar = ({ parts, unit }: BarChart, values: BarChart["bars"][number]["values"]): string =>
  values
    .map((value, at) =>
      parts.length === 1 ? sayValue(value, unit) : `${sayValue(value, unit)} ${parts[at]?.name ?? ""}`,
    )
    .join(", ");

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function box({ x, y, width, height }: Box, tone: Tone): string {
  const color = colorOf(tone);
  if (!isHollow(tone) || width < 4 || height < 4) return tag("rect", { x, y, width, height, fill: color });
  const edge = { x: x + 1, y: y + 1, width: width - 2, height: height - 2 };
  return tag("rect", { ...edge, fill: GROUND, stroke: color, "stroke-width": 2 });
}

const LYING = 22;

const lengthOf = (values: ReadonlyArray<number | null>): number =>
  values.reduce<number>((sum, value) => sum + Math.max(0, value ?? 0), 0);

function drawLying(chart: BarChart, drawing: Drawing): string {
  const { unit, bars } = chart;
  const { width } = drawing;
  const top = titleHeight(chart.title, drawing);
  const key = legend(entries(chart), { left: 0, top, width });
  const names = bars.map(({ label: name }) => widthOf(name));
  const left = Math.min(Math.max(0, ...names) + 8, width * 0.4);
  const all = sums(chart);
  const words = bars.map(({ values }, at) =>
    values.every((value) => value === null) ? "–" : sayValue(all[at] ?? null, unit),
  );
  const right = width - Math.max(0, ...words.map((word) => widthOf(word))) - 10;
  const longest = Math.max(...all, ...bars.map(({ values }) => lengthOf(values)), 0) || 1;
  const from = top + key.height + 4;
  return sheet(
    { ...about(chart), width, height: from + bars.length * LYING + 4, titled: drawing.titled ?? false },
    key.svg,
    ...bars.map(({ label: name, values }, row) => {
      const y = from + row * LYING;
      let x = left;
      const boxes = values.map((value, at) => {
        // What is below nothing has no length.
        const size = (Math.max(0, value ?? 0) / longest) * (right - left);
        const place = { x, y: y + 4, width: size, height: LYING - 8 };
        x += size;
        return size <= 0 ? "" : box(place, toneOf(chart, at));
      });
      return tag(
        "g",
        {},
        tip(`${name}: ${sayBar(chart, values)}`),
        label(fitted(name, left - 8), { x: left - 8, y: y + 15, anchor: "end", color: INK }),
        ...boxes,
        label(words[row] ?? "–", { x: x + 6, y: y + 15 }),
      );
    }),
  );
}
