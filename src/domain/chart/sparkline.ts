/** Draws a line as small as a word: how it went, without axes. Gaps where nothing is known. */
import type { Sparkline } from "./chart.ts";
import { sayValue } from "./say-value.ts";
import { colorOf, round, tag, tip, words } from "./svg.ts";

/** @param width and height in pixels; it may stand in a line of text */
export function drawSparkline(
  { title, about, values, unit }: Sparkline,
  { width, height = 20 }: { width: number; height?: number },
): string {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known, 0);
  const high = Math.max(...known, 0);
  const span = high - low || 1;
  const x = (at: number): number => 2 + (at / Math.max(1, values.length - 1)) * (width - 4);
  const y = (value: number): number => height - 3 - ((value - low) / span) * (height - 6);
  const last = values.findLastIndex((value) => value !== null);
  const end = values[last] ?? null;
  let isDown = false;
  const path = values.map((value, at) => {
    const move = isDown ? "L" : "M";
    isDown = value !== null;
    return value === null ? "" : `${move}${round(x(at))} ${round(y(value))}`;
  });
  return tag(
    "svg",
    {
      ...{ xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height },
      ...{ role: "img", "aria-label": title },
    },
    tip(title),
    `<desc>${words(about ?? `${values.length} values, the last known one ${sayValue(end, unit)}.`)}</desc>`,
    tag("path", {
      ...{ d: path.join(""), fill: "none", stroke: colorOf("accent"), "stroke-width": 1.5 },
      ...{ "stroke-linejoin": "round", "stroke-linecap": "round" },
    }),
    end === null ? "" : tag("circle", { cx: x(last), cy: y(end), r: 2, fill: colorOf("accent") }),
  );
}
