/** A report as Markdown that GitHub, GitLab and wikis show: tables for figures and for the numbers of every chart. */
import type { TableTwin } from "../../../../domain/chart/chart.ts";
import type { Block, ReportDocument } from "../../../../domain/chart/document.ts";
import { sayValue } from "../../../../domain/chart/say-value.ts";
import { tableTwin } from "../../../../domain/chart/table-twin.ts";
import { markdownText } from "../../../../kit/markdown.ts";
import type { Look } from "../kind.ts";
import { sayNote } from "./as-text.ts";
import { spark } from "./spark.ts";

type Say<K extends Block["kind"]> = (block: Extract<Block, { kind: K }>, look: Look) => string;

const SAY: { [K in Block["kind"]]: Say<K> } = {
  heading: ({ text }) => `## ${markdownText(text)}`,
  text: ({ text }) => markdownText(text),
  figures: ({ figures }) =>
    tableOf({
      columns: [{ title: "" }, { title: "value", align: "right" }, { title: "trend" }, { title: "" }],
      rows: figures.map((figure) => [
        figure.label,
        sayValue(figure.value, figure.unit),
        spark(figure.trend ?? []),
        sayNote(figure),
      ]),
    }),
  table: ({ title, table, empty = "None." }) =>
    [
      title === undefined ? [] : `### ${markdownText(title)}`,
      table.rows.length === 0 ? markdownText(empty) : tableOf(table),
    ]
      .flat()
      .join("\n\n"),
  list: ({ items, empty = "None." }) =>
    items.length === 0 ? markdownText(empty) : items.map((item) => `- ${markdownText(item)}`).join("\n"),
  chart: ({ chart }, { zone }) => `### ${markdownText(chart.title)}\n\n${tableOf(tableTwin(chart, zone))}`,
  verbatim: ({ text }) => {
    const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    return `${fence}\n${text}\n${fence}`;
  },
};

export function asMarkdown({ title, summary, blocks }: ReportDocument, look: Look): string {
  const head = [`# ${markdownText(title)}`, ...(summary === "" ? [] : [markdownText(summary)])];
  return `${[...head, ...blocks.map((block) => sayBlock(block, look))].join("\n\n")}\n`;
}

function sayBlock<K extends Block["kind"]>(block: Extract<Block, { kind: K }>, look: Look): string {
  const say: Say<K> = SAY[block.kind as K];
  return say(block, look);
}

function tableOf({ columns, rows }: TableTwin): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map(({ title }) => markdownText(title))),
    line(columns.map(({ align }) => (align === "right" ? "---:" : "---"))),
    ...rows.map((row) => line(columns.map((_, at) => markdownText(row[at] ?? "")))),
  ].join("\n");
}
