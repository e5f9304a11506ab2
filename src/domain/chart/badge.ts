/** Draws a badge: a word and what it says, for a README or a wiki. It stands alone, so it brings its own colours. */
import type { Tone } from "./chart.ts";
import { tag, tip, words } from "./svg.ts";

/** White on each of them has a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
const COLORS: Readonly<Record<Tone, string>> = {
  ok: "#18753c",
  bad: "#b8232b",
  run: "#1d58c4",
  warn: "#855000",
  plain: "#5b6470",
  accent: "#3538cd",
};
const LABEL = "#3a4049";
const SIZE = 11;
const HEIGHT = 20;
const PAD = 7;

/** Verdana's widths are the usual ones of badges; a little generous, since `textLength` sets them anyway. */
const widthOf = (text: string): number => Math.ceil(text.length * 6.6);

export interface Badge {
  label: string;
  message: string;
  tone: Tone;
}

export function drawBadge({ label, message, tone }: Badge): string {
  const left = widthOf(label) + 2 * PAD;
  const right = widthOf(message) + 2 * PAD;
  const said = `${label}: ${message}`;
  const text = (content: string, x: number): string =>
    tag(
      "text",
      {
        x,
        y: 14,
        fill: "#ffffff",
        "text-anchor": "middle",
        textLength: widthOf(content),
        lengthAdjust: "spacingAndGlyphs",
      },
      words(content),
    );
  return tag(
    "svg",
    {
      ...{ xmlns: "http://www.w3.org/2000/svg", width: left + right, height: HEIGHT, role: "img" },
      ...{ viewBox: `0 0 ${left + right} ${HEIGHT}`, "aria-label": said },
      ...{ "font-family": "Verdana, Geneva, 'DejaVu Sans', sans-serif", "font-size": SIZE },
    },
    tip(said),
    `<desc>${words(said)}</desc>`,
    tag("rect", { width: left + right, height: HEIGHT, rx: 4, fill: COLORS[tone] }),
    tag("path", { d: `M4 0H${left}V${HEIGHT}H4a4 4 0 0 1 -4 -4V4a4 4 0 0 1 4 -4z`, fill: LABEL }),
    text(label, left / 2),
    text(message, left + right / 2),
  );
}
