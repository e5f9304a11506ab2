/** A report as the HTML of a mail: no style sheet, because mail programs leave it out, and pictures as parts of the mail. */
import type { TableTwin } from "../../../../domain/chart/chart.ts";
import type { Block, ReportDocument } from "../../../../domain/chart/document.ts";
import { drawChart } from "../../../../domain/chart/draw.ts";
import { sayValue } from "../../../../domain/chart/say-value.ts";
import { words } from "../../../../domain/chart/svg.ts";
import type { Letter } from "../../../../domain/notify/notice.ts";
import type { Look } from "../kind.ts";
import { sayNote } from "./as-text.ts";

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;color:#14171b";
const CELL = "padding:4px 12px 4px 0;border-bottom:1px solid #dfe3e8;text-align:left;vertical-align:top";
const WIDTH = 640;

/** @param link to the page; `null` = nobody knows its address */
export function asMail(
  { title, summary, blocks }: ReportDocument,
  look: Look,
  link: string | null,
): Pick<Letter, "mail" | "pictures"> {
  const pictures: Array<Letter["pictures"][number]> = [];
  const said = blocks.map((block) => sayBlock(block, look, pictures)).join("\n");
  const more = link === null ? "" : `<p><a href="${words(link)}">Look at it in vice</a></p>`;
  const mail = `<div style="${FONT};max-width:${WIDTH}px">
<h1 style="font-size:20px">${words(title)}</h1>
<p>${words(summary)}</p>
${said}
${more}</div>`;
  return { mail, pictures };
}

function sayBlock(block: Block, look: Look, pictures: Array<Letter["pictures"][number]>): string {
  switch (block.kind) {
    case "heading":
      return `<h2 style="font-size:16px">${words(block.text)}</h2>`;
    case "text":
      return `<p>${words(block.text)}</p>`;
    case "verbatim":
      return `<pre>${words(block.text)}</pre>`;
    case "list":
      return block.items.length === 0
        ? `<p>${words(block.empty ?? "None.")}</p>`
        : `<ul>${block.items.map((item) => `<li>${words(item)}</li>`).join("")}</ul>`;
    case "figures":
      return tableOf({
        columns: [{ title: "" }, { title: "" }, { title: "" }],
        rows: block.figures.map((figure) => [
          ...[figure.label, sayValue(figure.value, figure.unit), sayNote(figure)],
        ]),
      });
    case "table": {
      const head = block.title === undefined ? "" : `<h2 style="font-size:16px">${words(block.title)}</h2>`;
      return (
        head +
        (block.table.rows.length === 0 ? `<p>${words(block.empty ?? "None.")}</p>` : tableOf(block.table))
      );
    }
    case "chart": {
      const name = `picture-${pictures.length + 1}`;
      const { title } = block.chart;
      const svg = standalone(drawChart(block.chart, { width: WIDTH, zone: look.zone, titled: true }));
      pictures.push({ name, title, svg });
      return `<p><img src="cid:${name}" alt="${words(title)}" width="${WIDTH}" style="max-width:100%"></p>`;
    }
  }
}

/** Where nobody sets the colours of the page, and programs that draw SVG in mails do not know properties at all. */
const standalone = (svg: string): string => svg.replaceAll(/var\(--[\w-]+, ([^)]+)\)/g, "$1");

function tableOf({ columns, rows }: TableTwin): string {
  const align = (at: number): string => (columns[at]?.align === "right" ? `${CELL};text-align:right` : CELL);
  const head = columns.some(({ title }) => title !== "")
    ? `<tr>${columns.map(({ title }, at) => `<th style="${align(at)}">${words(title)}</th>`).join("")}</tr>`
    : "";
  const lines = rows.map(
    (row) =>
      `<tr>${columns.map((_, at) => `<td style="${align(at)}">${words(row[at] ?? "")}</td>`).join("")}</tr>`,
  );
  return `<table style="border-collapse:collapse">${head}${lines.join("")}</table>`;
}
