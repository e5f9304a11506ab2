/** Writes SVG as text: elements, escaping, colours, and how wide words are. */
import type { Tone } from "./chart.ts";

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** @param children SVG text as it is; words go through `words` first */
export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? round(value) : words(value ?? "")}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

/** Text from outside: nothing in it is read as SVG, and what XML does not allow is left out. */
export const words = (text: string): string =>
  text
    // biome-ignore format: one class of what XML 1.0 does not allow ("Characters", section 2.2)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

export const round = (value: number): number => Math.round(value * 100) / 100;

/**
 * Colours by what they mean. The page sets the properties for light, dark and forced colours; the value behind each is what
 * shows where nobody set them (a file on its own), and reads on white and on grey.
 */
export const INK = "var(--chart-ink, #14171b)";
export const INK_2 = "var(--chart-ink-2, #545c67)";
export const LINE = "var(--chart-line, #dfe3e8)";
export const AXIS = "var(--chart-axis, #a3abb5)";
export const GROUND = "var(--chart-ground, #ffffff)";

const TONES: Readonly<Record<Tone, string>> = {
  ok: "var(--chart-ok, #18753c)",
  bad: "var(--chart-bad, #b8232b)",
  run: "var(--chart-run, #1d58c4)",
  warn: "var(--chart-warn, #855000)",
  plain: "var(--chart-plain, #8793a3)",
  accent: "var(--chart-accent, #3538cd)",
};
export const colorOf = (tone: Tone | undefined): string => TONES[tone ?? "plain"];

/** For lines that mean nothing but themselves: by colour and by dashes. */
const SERIES = [
  ["var(--chart-1, #3538cd)", undefined],
  ["var(--chart-2, #a2470d)", "6 3"],
  ["var(--chart-3, #0d7377)", "2 3"],
  ["var(--chart-4, #9a1f6e)", "8 3 2 3"],
  ["var(--chart-5, #5b5f15)", "1 4"],
  ["var(--chart-6, #545c67)", "12 4"],
] as const;
export function seriesLook(at: number): { color: string; dash: string | undefined } {
  const [color, dash] = SERIES[at % SERIES.length] ?? SERIES[0];
  return { color, dash };
}

export const SMALL = 11;

/** Width of a text in a usual sans-serif, a little generous. */
export const widthOf = (text: string, size: number = SMALL): number => text.length * size * 0.58;

/** Cut with an ellipsis to what fits. */
export function fitted(text: string, width: number, size: number = SMALL): string {
  const letters = Math.floor(width / (size * 0.58) + 1e-6);
  if (text.length <= letters) return text;
  return letters < 2 ? "" : `${text.slice(0, letters - 1)}…`;
}

interface Label {
  x: number;
  y: number;
  size?: number;
  anchor?: "start" | "middle" | "end";
  color?: string;
  bold?: boolean;
}

export const label = (text: string, { x, y, size, anchor, color = INK_2, bold }: Label): string =>
  tag(
    "text",
    {
      ...{ x, y, "text-anchor": anchor, fill: color },
      ...{ "font-size": size ?? SMALL, "font-weight": bold === true ? 600 : undefined },
    },
    words(text),
  );

/** What the pointer and a screen reader find on a single mark. */
export const tip = (text: string): string => `<title>${words(text)}</title>`;
