/** Draws spans below each other on one axis of time: what ran when, inside what, and what it waited for. */
import type { Waterfall } from "./chart.ts";
import { type Area, type Drawing, MARKER_LANE, markers, sheet, timeScale, titleHeight } from "./frame.ts";
import { roundTicks, sayMs } from "./say-value.ts";
import { AXIS, colorOf, fitted, GROUND, INK, LINE, label, tag, tip, widthOf } from "./svg.ts";
import { sayMoment } from "./time-axis.ts";

const ROW = 24;

export function drawWaterfall(chart: Waterfall, drawing: Drawing): string {
  const { title, spans, nowMs, markers: pins = [] } = chart;
  const { width, zone, titled = false } = drawing;
  const ends = spans.map(({ endMs, startMs }) => Math.max(endMs ?? nowMs, startMs));
  const fromMs = spans.reduce((least, { startMs }) => Math.min(least, startMs), ends[0] ?? 0);
  const toMs = ends.reduce((most, end) => Math.max(most, end), fromMs + 1);
  const top = titleHeight(title, drawing) + (pins.length > 0 ? MARKER_LANE : 4);
  const names = Math.max(0, ...spans.map(({ label: name, depth }) => widthOf(name, 12) + depth * 12));
  const area: Area = {
    ...{ left: Math.min(names + 12, width * 0.4), top },
    ...{ right: width - 8, bottom: top + spans.length * ROW },
  };
  const about = chart.about ?? `${spans.length} steps over ${sayMs(toMs - fromMs)}.`;
  return sheet(
    { title, about, width, height: area.bottom + 22, titled },
    spentAxis(toMs - fromMs, area),
    markers(pins, fromMs, toMs, zone, area),
    ...spans.map((span, at) => row(span, at, { area, fromMs, toMs, nowMs, zone })),
  );
}

/** Time since the beginning, which is what a waterfall is read for. */
function spentAxis(spanMs: number, area: Area): string {
  const x = timeScale(0, spanMs, area);
  const count = Math.max(2, Math.floor((area.right - area.left) / 90));
  return roundTicks(0, spanMs, "ms", count)
    .filter((tick) => tick <= spanMs)
    .map((tick) => {
      const at = x(tick);
      const line = tag("path", { d: `M${at} ${area.top}V${area.bottom}`, stroke: tick === 0 ? AXIS : LINE });
      const anchor = at + 20 > area.right ? "end" : tick === 0 ? "start" : "middle";
      return line + label(tick === 0 ? "0" : sayMs(tick), { x: at, y: area.bottom + 16, anchor });
    })
    .join("");
}

interface Plot {
  area: Area;
  fromMs: number;
  toMs: number;
  nowMs: number;
  zone: string;
}

function row(
  span: Waterfall["spans"][number],
  at: number,
  { area, fromMs, toMs, nowMs, zone }: Plot,
): string {
  const { label: name, depth, startMs, endMs, tone = "plain", word } = span;
  const x = timeScale(fromMs, toMs, area);
  const y = area.top + at * ROW;
  const from = x(startMs);
  const to = Math.max(from + 2, x(endMs ?? nowMs));
  const took = `${sayMs((endMs ?? nowMs) - startMs)}${endMs === null ? " so far" : ""}`;
  const said = word === undefined ? took : `${took} · ${word}`;
  const indent = Math.min(depth * 12, area.left / 2);
  return tag(
    "g",
    {},
    tip(`${name}, from ${sayMoment(startMs, zone)}: ${said}`),
    label(fitted(name, area.left - 10 - indent, 12), { x: indent, y: y + 16, size: 12, color: INK }),
    tag("rect", {
      ...{ x: from, y: y + 6, width: to - from, height: ROW - 12, rx: 2 },
      ...(tone === "bad"
        ? { fill: GROUND, stroke: colorOf(tone), "stroke-width": 2 }
        : { fill: colorOf(tone) }),
      ...(endMs === null ? { "stroke-dasharray": "3 2", stroke: INK } : {}),
    }),
    beside(said, from, to, y, area),
  );
}

/** Behind the bar, else before it; where neither has room, the tip says it. */
function beside(said: string, from: number, to: number, y: number, { left, right }: Area): string {
  const needs = widthOf(said) + 6;
  if (to + needs <= right) return label(said, { x: to + 5, y: y + 16 });
  if (from - needs >= left) return label(said, { x: from - 5, y: y + 16, anchor: "end" });
  return "";
}
