/** Draws what has rows and columns: the heat map, where darkness is the amount, and the matrix, where cells hold words. */
import type { HeatMap, Matrix } from "./chart.ts";
import { type Drawing, sheet, titleHeight } from "./frame.ts";
import { sayValue } from "./say-value.ts";
import { colorOf, fitted, INK, INK_2, LINE, label, tag, tip, widthOf } from "./svg.ts";

interface Cell {
  svg: (x: number, y: number, width: number, height: number) => string;
}

interface Grid {
  title: string;
  about: string;
  rows: readonly string[];
  columns: readonly string[];
  height: number;
  /** Width that a cell needs beside the names of the rows. */
  needs: number;
  cell: (row: number, column: number) => Cell["svg"];
}

export function drawHeatMap({ title, about, rows, columns, cells, unit }: HeatMap, drawing: Drawing): string {
  const all = cells.flat().filter((value) => value !== null);
  const most = Math.max(...all, 0) || 1;
  const said = about ?? `${rows.length} rows by ${columns.length} columns; the darker, the more.`;
  const cell = (row: number, column: number) => {
    const value = cells[row]?.[column] ?? null;
    const told = tip(
      `${rows[row]}, ${columns[column]}: ${value === null ? "not known" : sayValue(value, unit)}`,
    );
    return (x: number, y: number, width: number, height: number): string => {
      const box = { x: x + 1, y: y + 1, width: width - 2, height: height - 2, rx: 2 };
      if (value === null)
        return tag(
          "g",
          {},
          told,
          tag("rect", { ...box, fill: "none", stroke: LINE, "stroke-dasharray": "2 2" }),
        );
      // Never so dark that the ink on it could not be read.
      const share = 0.06 + 0.4 * Math.max(0, value / most);
      const word = sayValue(value, unit);
      return tag(
        "g",
        {},
        told,
        tag("rect", { ...box, fill: colorOf("accent"), "fill-opacity": share, stroke: LINE }),
        widthOf(word) <= width - 4 ? middle(word, x + width / 2, y + height / 2) : "",
      );
    };
  };
  return drawGrid({ title, about: said, rows, columns, height: 26, needs: 0, cell }, drawing);
}

const middle = (word: string, x: number, y: number): string =>
  label(word, { x, y: y + 4, anchor: "middle", color: INK });

/** Shape beside the colour, as everywhere. */
const MARKS: Readonly<Record<string, string>> = {
  ok: "✓",
  bad: "✗",
  run: "▶",
  warn: "!",
  plain: "",
  accent: "",
};

export function drawMatrix({ title, about, rows, columns, cells }: Matrix, drawing: Drawing): string {
  const said = about ?? `${rows.length} rows by ${columns.length} columns.`;
  const hasMore = cells.some((row) => row.some((cell) => cell?.more !== undefined));
  const cell = (row: number, column: number) => {
    const found = cells[row]?.[column] ?? null;
    return (x: number, y: number, width: number, height: number): string => {
      const line = tag("path", { d: `M${x} ${y + height - 0.5}h${width}`, stroke: LINE });
      if (found === null) return line + label("–", { x: x + 6, y: y + 16 });
      const { text, more, tone = "plain" } = found;
      const mark = MARKS[tone] ?? "";
      const left = x + (mark === "" ? 6 : 20);
      return tag(
        "g",
        {},
        tip([rows[row], columns[column], text, more].filter(Boolean).join(", ")),
        line,
        mark === "" ? "" : label(mark, { x: x + 6, y: y + 16, color: colorOf(tone), bold: true }),
        label(fitted(text, x + width - left - 4, 12), { x: left, y: y + 16, size: 12, color: INK }),
        more === undefined ? "" : label(fitted(more, x + width - left - 4), { x: left, y: y + 31 }),
      );
    };
  };
  return drawGrid({ title, about: said, rows, columns, height: hasMore ? 40 : 26, needs: 90, cell }, drawing);
}

/** Narrower columns than this say nothing. */
const NARROWEST = 14;

function drawGrid({ title, about, rows, columns, height, cell, needs }: Grid, drawing: Drawing): string {
  const { width, titled = false } = drawing;
  const top = titleHeight(title, drawing);
  const longest = Math.max(0, ...rows.map((row) => widthOf(row, 12)));
  const beside = Math.min(longest + 12, width * 0.34);
  // Where the cells would be too narrow for their words, the name of a row stands above them.
  const above = (width - beside) / Math.max(1, columns.length) < needs;
  const left = above ? 0 : beside;
  const size = Math.max(NARROWEST, (width - left) / Math.max(1, columns.length));
  const lead = above ? 20 : 0;
  const first = top + 20;
  const every = Math.max(1, Math.ceil(24 / size));
  const whole = Math.max(width, left + size * columns.length);
  return sheet(
    { title, about, width: whole, height: first + rows.length * (height + lead) + 4, titled },
    ...columns.map((column, at) =>
      at % every === 0
        ? label(fitted(column, size * every - 4), { x: left + at * size + 4, y: top + 13, color: INK_2 })
        : "",
    ),
    ...rows.map((row, at) => {
      const y = first + at * (height + lead);
      const name = fitted(row, above ? width : left - 12, 12);
      const cells = columns.map((_, column) =>
        cell(at, column)(left + column * size, y + lead, size, height),
      );
      return label(name, { x: 0, y: y + 16, size: 12, color: INK, bold: above }) + cells.join("");
    }),
  );
}
