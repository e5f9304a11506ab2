/** A report for the terminal: figures in columns, charts as bars and sparks of letters, tables cut to the width. */
import type { BarChart, Chart, LineChart, Marker, TableTwin, Tone } from "../../../../domain/chart/chart.ts";
import type { Block, Figure, ReportDocument } from "../../../../domain/chart/document.ts";
import { sayValue } from "../../../../domain/chart/say-value.ts";
import { tableTwin } from "../../../../domain/chart/table-twin.ts";
import { sayMoment } from "../../../../domain/chart/time-axis.ts";
import type { TextStyle } from "../../../../kit/command.ts";
import { printable, table } from "../../../../kit/table.ts";
import type { Look } from "../kind.ts";
import { spark } from "./spark.ts";

type Say<K extends Block["kind"]> = (
  block: Extract<Block, { kind: K }>,
  style: TextStyle,
  look: Look,
) => string;

const SAY: { [K in Block["kind"]]: Say<K> } = {
  heading: ({ text }, style) => style.color("bold", printable(text)),
  text: ({ text }) => printable(text),
  figures: ({ figures }, style) => figuresText(figures, style),
  table: ({ title, table: twin, empty }, style) =>
    [title === undefined ? [] : style.color("bold", printable(title)), tableText(twin, style, empty)]
      .flat()
      .join("\n"),
  list: ({ items, empty = "None." }) =>
    items.length === 0 ? printable(empty) : items.map((item) => `- ${printable(item)}`).join("\n"),
  chart: ({ chart }, style, look) => chartText(chart, style, look),
  verbatim: ({ text }) =>
    text
      .split("\n")
      .map((line) => `  ${printable(line)}`)
      .join("\n"),
};

export function asText({ title, summary, blocks }: ReportDocument, style: TextStyle, look: Look): string {
  const head = [style.color("bold", printable(title)), ...(summary === "" ? [] : [printable(summary)])];
  return [head.join("\n"), ...blocks.map((block) => sayBlock(block, style, look))].join("\n\n");
}

function sayBlock<K extends Block["kind"]>(
  block: Extract<Block, { kind: K }>,
  style: TextStyle,
  look: Look,
): string {
  const say: Say<K> = SAY[block.kind as K];
  return say(block, style, look);
}

const COLORS: Readonly<Record<Tone, "green" | "red" | "yellow" | "cyan" | null>> = {
  ...{ ok: "green", bad: "red", warn: "yellow", run: "cyan", plain: null, accent: null },
};

function painted(text: string, tone: Tone | undefined, style: TextStyle): string {
  const color = COLORS[tone ?? "plain"];
  return color === null ? text : style.color(color, text);
}

function figuresText(figures: readonly Figure[], style: TextStyle): string {
  const rows = table(
    figures,
    [
      { title: "", value: ({ label }) => label },
      {
        title: "value",
        value: ({ value, unit }) => sayValue(value, unit),
        paint: (text, { tone }) => painted(text, tone, style),
        align: "right" as const,
      },
      ...(figures.some(({ trend }) => trend !== undefined)
        ? [{ title: "trend", value: ({ trend = [] }: Figure) => spark(trend, 24) }]
        : []),
      { title: "", value: sayNote, flexible: true },
    ],
    style,
  );
  return rows.split("\n").slice(1).join("\n");
}

export const sayNote = ({ value, reason, note }: Figure): string =>
  [value === null ? (reason ?? "not known") : "", note ?? ""].filter((each) => each !== "").join("; ");

function tableText({ columns, rows }: TableTwin, style: TextStyle, empty = "None."): string {
  if (rows.length === 0) return printable(empty);
  return table(
    rows,
    columns.map(({ title, align }, at) => ({
      title,
      value: (row: readonly string[]) => row[at] ?? "",
      ...(align === undefined ? {} : { align }),
      flexible: align === undefined,
    })),
    style,
  );
}

function chartText(chart: Chart, style: TextStyle, look: Look): string {
  const title = style.color("bold", printable(chart.title));
  const body =
    chart.kind === "line"
      ? lineText(chart, style)
      : chart.kind === "bar"
        ? barText(chart, style)
        : chart.kind === "sparkline"
          ? spark(chart.values)
          : tableText(tableTwin(chart, look.zone), style);
  const pins = "markers" in chart ? markersText(chart.markers ?? [], look, style) : "";
  return [title, body, pins].filter((part) => part !== "").join("\n");
}

/** One line for each series: its shape, the last known value, and between what it moved. */
function lineText({ series, unit }: LineChart, style: TextStyle): string {
  return table(
    series.map(({ name, points }) => {
      const values = points.map(([, value]) => value);
      const known = values.filter((value) => value !== null);
      const last = known.at(-1) ?? null;
      const range =
        known.length === 0
          ? "nothing is known"
          : `${sayValue(Math.min(...known), unit)} to ${sayValue(Math.max(...known), unit)}`;
      return { name, shape: spark(values, Math.max(20, style.columns - 60)), last, range };
    }),
    [
      { title: "series", value: ({ name }) => name, flexible: true },
      { title: "over time", value: ({ shape }) => shape },
      { title: "last", value: ({ last }) => sayValue(last, unit), align: "right" },
      { title: "between", value: ({ range }) => range },
    ],
    style,
  );
}

/** The newest of many; all of them are in the other formats. */
const MOST_BARS = 40;

function barText({ parts, bars, unit }: BarChart, style: TextStyle): string {
  const shown = bars.slice(-MOST_BARS);
  const sums = shown.map(({ values }) => values.reduce<number>((sum, value) => sum + (value ?? 0), 0));
  const names = shown.map(({ label }) => printable(label).slice(0, 30));
  const left = Math.max(0, ...names.map((name) => name.length));
  const room = Math.max(8, Math.min(50, style.columns - left - 34));
  const most = Math.max(...sums, 0) || 1;
  return shown
    .map(({ values }, at) => {
      const length = Math.round(((sums[at] ?? 0) / most) * room);
      const bar = (sums[at] ?? 0) > 0 ? "█".repeat(Math.max(1, length)) : "";
      const isKnown = values.some((value) => value !== null);
      const sum = printable(sayValue(isKnown ? (sums[at] ?? null) : null, unit));
      const more = parts
        .map(({ name, tone }, part) => ({ name, tone, value: values[part] ?? null }))
        .filter(({ value }, part) => part > 0 && value !== null && value !== 0)
        .map(({ name, tone, value }) => painted(printable(`${sayValue(value, unit)} ${name}`), tone, style));
      const words = more.length === 0 ? sum : `${sum} (${more.join(", ")})`;
      return `${(names[at] ?? "").padEnd(left)}  ${bar}${bar === "" ? "" : " "}${words}`;
    })
    .join("\n");
}

/** More than this say nothing in a line; they are in the pictures. */
const MOST_PINS = 12;

function markersText(pins: readonly Marker[], { zone }: Look, style: TextStyle): string {
  if (pins.length === 0 || pins.length > MOST_PINS) return "";
  const words = [...pins]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, label }) => `${sayMoment(atMs, zone)} ${printable(label)}`);
  return style.color("dim", `Deployments: ${words.join("; ")}`);
}
