/** What all pictures have in common: the sheet with title and description, axes with round ticks, legend and markers. */
import type { Marker, Unit } from "./chart.ts";
import { roundTicks, sayValue } from "./say-value.ts";
import {
  AXIS,
  colorOf,
  fitted,
  GROUND,
  INK,
  INK_2,
  LINE,
  label,
  SMALL,
  tag,
  tip,
  widthOf,
  words,
} from "./svg.ts";
import { sayMoment, timeTicks } from "./time-axis.ts";

export interface Drawing {
  /** Of the picture, in CSS pixels; text keeps its size whatever the width. */
  width: number;
  /** Of the plot; a picture with rows has its own. */
  height?: number;
  /** IANA name; for words of moments. */
  zone: string;
  /** Whether the title stands in the picture too: it does for a file on its own, not below a caption that says the same. */
  titled?: boolean;
}

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const TITLE = 14;

interface Sheet {
  title: string;
  about: string;
  width: number;
  height: number;
  titled: boolean;
}

/** Height that a title inside the picture takes. */
export const titleHeight = (title: string, { width, titled = false }: Drawing): number =>
  titled ? titleLines(title, width).length * 18 + 8 : 0;

export function sheet({ title, about, width, height, titled }: Sheet, ...inner: readonly string[]): string {
  const lines = titled ? titleLines(title, width) : [];
  return tag(
    "svg",
    {
      ...{ xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}` },
      ...{ width: Math.round(width), height: Math.round(height), role: "img", "aria-label": title },
      ...{ "font-family": FONT, "font-size": SMALL },
    },
    tip(title),
    `<desc>${words(about)}</desc>`,
    ...(titled ? [tag("rect", { width, height, fill: GROUND })] : []),
    ...lines.map((line, at) => label(line, { x: 0, y: 14 + at * 18, size: TITLE, color: INK, bold: true })),
    ...inner,
  );
}

function titleLines(title: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of title.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last === undefined || widthOf(longer, TITLE) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

export interface Scale {
  ticks: readonly number[];
  /** Place of a value. */
  at: (value: number) => number;
}

export function valueScale(values: readonly number[], unit: Unit, from: number, to: number): Scale {
  const count = Math.abs(to - from) < 90 ? 2 : 4;
  const ticks = roundTicks(Math.min(0, ...values), Math.max(0, ...values), unit, count);
  const [low = 0] = ticks;
  const high = ticks.at(-1) ?? 1;
  return { ticks, at: (value) => from + ((value - low) / (high - low)) * (to - from) };
}

/** Nothing needs no unit. */
const sayTick = (tick: number, unit: Unit): string => (tick === 0 ? "0" : sayValue(tick, unit));

/** Room that the words of a value axis need. */
export const axisWidth = (values: readonly number[], unit: Unit, height: number): number =>
  Math.max(...valueScale(values, unit, height, 0).ticks.map((tick) => widthOf(sayTick(tick, unit)))) + 8;

/** Lines across the plot with their values at the left; the lowest one is the axis. */
export const valueAxis = ({ ticks, at }: Scale, unit: Unit, { left, right }: Area): string =>
  ticks
    .map((tick) => {
      const y = Math.round(at(tick)) + 0.5;
      const line = tag("path", { d: `M${left} ${y}H${right}`, stroke: tick === 0 ? AXIS : LINE });
      return line + label(sayTick(tick, unit), { x: left - 6, y: y + 4, anchor: "end" });
    })
    .join("");

export function timeAxis(fromMs: number, toMs: number, zone: string, area: Area): string {
  const at = timeScale(fromMs, toMs, area);
  const count = Math.max(2, Math.floor((area.right - area.left) / 76));
  return timeTicks(fromMs, toMs, zone, count)
    .map((tick) => {
      const x = at(tick.atMs);
      const half = widthOf(tick.label) / 2;
      const anchor = x + half > area.right + 4 ? "end" : x - half < area.left - 20 ? "start" : "middle";
      const stroke = tag("path", { d: `M${x} ${area.bottom}v4`, stroke: AXIS });
      return stroke + label(tick.label, { x, y: area.bottom + 16, anchor });
    })
    .join("");
}

export const timeScale =
  (fromMs: number, toMs: number, { left, right }: Area) =>
  (atMs: number): number =>
    left + ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * (right - left);

/** Room above a plot for the heads of its markers and their words. */
export const MARKER_LANE = 20;

/** So many stand back behind what they mark. */
const MANY_PINS = 12;

/** Pins: a line through the plot, a head by what it was (round = fine, cross = failed), and its word where there is room. */
export function markers(
  list: readonly Marker[],
  fromMs: number,
  toMs: number,
  zone: string,
  area: Area,
): string {
  const place = timeScale(fromMs, toMs, area);
  const shown = list.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a.atMs - b.atMs);
  return shown
    .map(({ atMs, label: name, tone }, at) => {
      const x = place(atMs);
      const color = tone === "bad" ? colorOf("bad") : INK_2;
      const y = area.top - 8;
      const next = shown[at + 1];
      const room = (next === undefined ? area.right : place(next.atMs) - 4) - x - 8;
      const word = fitted(name, Math.min(90, room));
      return tag(
        "g",
        { opacity: shown.length > MANY_PINS ? 0.5 : undefined },
        tip(`${name}, ${sayMoment(atMs, zone)}`),
        tag("path", { d: `M${x} ${y}V${area.bottom}`, stroke: color, "stroke-dasharray": "2 3" }),
        tone === "bad"
          ? tag("path", { d: `M${x - 3} ${y - 3}l6 6m0 -6l-6 6`, stroke: color, "stroke-width": 2 })
          : tag("circle", { cx: x, cy: y, r: 3, fill: color }),
        word === name || word.length > 4 ? label(word, { x: x + 6, y: y + 4, size: 10 }) : "",
      );
    })
    .join("");
}

export interface LegendEntry {
  name: string;
  color: string;
  /** A line with these dashes instead of a box. */
  line?: { dash: string | undefined };
  /** The box is hollow. */
  hollow?: boolean;
}

/** @returns the legend and the height that it took */
export function legend(
  entries: readonly LegendEntry[],
  { left, top, width }: { left: number; top: number; width: number },
): { svg: string; height: number } {
  if (entries.length === 0) return { svg: "", height: 0 };
  let x = left;
  let y = top + 10;
  const svg = entries.map(({ name, color, line, hollow }) => {
    const word = fitted(name, width - 24);
    const needs = 18 + widthOf(word) + 14;
    if (x > left && x + needs > left + width) [x, y] = [left, y + 16];
    const mark =
      line === undefined
        ? tag("rect", {
            x,
            y: y - 8,
            width: 9,
            height: 9,
            rx: 2,
            fill: hollow ? GROUND : color,
            stroke: color,
          })
        : tag("path", {
            ...{ d: `M${x} ${y - 3.5}h14`, stroke: color, "stroke-width": 2, "stroke-dasharray": line.dash },
          });
    const entry = mark + label(word, { x: x + 18, y });
    x += needs;
    return entry;
  });
  return { svg: svg.join(""), height: y - top + 10 };
}
