/** A report as one HTML file: no script, no font, no picture from elsewhere; light, dark, print, and any width. */
import type { Chart, TableTwin } from "../../../../domain/chart/chart.ts";
import type { Block, Figure, ReportDocument } from "../../../../domain/chart/document.ts";
import { drawChart } from "../../../../domain/chart/draw.ts";
import { sayValue } from "../../../../domain/chart/say-value.ts";
import { drawSparkline } from "../../../../domain/chart/sparkline.ts";
import { words } from "../../../../domain/chart/svg.ts";
import { tableTwin } from "../../../../domain/chart/table-twin.ts";
import { sayMoment } from "../../../../domain/chart/time-axis.ts";
import type { Look } from "../kind.ts";
import { sayNote } from "./as-text.ts";
import { REPORT_STYLE } from "./report-style.ts";

type Say<K extends Block["kind"]> = (block: Extract<Block, { kind: K }>, look: Look) => string;

const SAY: { [K in Block["kind"]]: Say<K> } = {
  heading: ({ text }) => `<h2>${words(text)}</h2>`,
  text: ({ text }) => `<p>${words(text)}</p>`,
  figures: ({ figures }) => `<dl class="figures">${figures.map(figureHtml).join("")}</dl>`,
  table: ({ title, table, empty = "None." }) =>
    (title === undefined ? "" : `<h3>${words(title)}</h3>`) +
    (table.rows.length === 0 ? `<p>${words(empty)}</p>` : scrolled(tableHtml(table), title ?? "Table")),
  list: ({ items, empty = "None." }) =>
    items.length === 0
      ? `<p>${words(empty)}</p>`
      : `<ul>${items.map((item) => `<li>${words(item)}</li>`).join("")}</ul>`,
  chart: ({ chart }, look) => chartHtml(chart, look),
  verbatim: ({ text }) => `<pre tabindex="0">${words(text)}</pre>`,
};

export function asHtml({ title, summary, blocks }: ReportDocument, look: Look): string {
  const made = sayMoment(look.nowMs, look.zone);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${words(title)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${words(title)}</h1>
${summary === "" ? "" : `<p class="summary">${words(summary)}</p>`}
${blocks.map((block) => sayBlock(block, look)).join("\n")}
</main>
<footer>Made by vice, ${words(made)} ${words(look.zone)}</footer>
</body>
</html>
`;
}

function sayBlock<K extends Block["kind"]>(block: Extract<Block, { kind: K }>, look: Look): string {
  const say: Say<K> = SAY[block.kind as K];
  return say(block, look);
}

function figureHtml(figure: Figure): string {
  const { label, value, unit, tone = "plain", trend } = figure;
  const note = sayNote(figure);
  const line =
    trend === undefined
      ? ""
      : drawSparkline({ kind: "sparkline", title: `${label} over time`, unit, values: trend }, { width: 96 });
  return `<div class="figure tone-${tone}"><dt>${words(label)}</dt><dd><strong>${words(sayValue(value, unit))}</strong>${line}${
    note === "" ? "" : `<span>${words(note)}</span>`
  }</dd></div>`;
}

/** Drawn for two widths, so that its letters are never smaller than those around it; the style shows one. */
const WIDTHS = [
  ["wide", 880],
  ["narrow", 343],
] as const;

function chartHtml(chart: Chart, { zone }: Look): string {
  const drawn = WIDTHS.map(
    ([name, width]) => `<div class="${name}">${drawChart(chart, { width, zone })}</div>`,
  ).join("");
  const twin = scrolled(tableHtml(tableTwin(chart, zone)), chart.title);
  return `<figure><figcaption>${words(chart.title)}</figcaption>${drawn}<details><summary>As a table</summary>${twin}</details></figure>`;
}

/** What is wider than the page scrolls by itself, by keyboard too. */
const scrolled = (html: string, name: string): string =>
  `<div class="scroll" role="region" aria-label="${words(name)}" tabindex="0">${html}</div>`;

/** Texts of so many letters may be broken. */
const LONG = 48;

function tableHtml({ columns, rows }: TableTwin): string {
  const look = (at: number, text: string): string => {
    const classes = [columns[at]?.align === "right" ? "right" : "", text.length > LONG ? "long" : ""].filter(
      Boolean,
    );
    return classes.length === 0 ? "" : ` class="${classes.join(" ")}"`;
  };
  const head = columns.map(({ title }, at) =>
    title === "" ? "<td></td>" : `<th scope="col"${look(at, title)}>${words(title)}</th>`,
  );
  const lines = rows.map((row) => {
    const cells = columns.map((_, at) => {
      const text = row[at] ?? "";
      return at === 0
        ? `<th scope="row"${look(at, text)}>${words(text)}</th>`
        : `<td${look(at, text)}>${words(text)}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>${lines.join("")}</tbody></table>`;
}
