/** From the columns and rows of a query to a chart, by the place of the columns. Pure. */
import type {
  BarChart,
  Chart,
  HeatMap,
  LineChart,
  Marker,
  Matrix,
  TableTwin,
  Tone,
  Waterfall,
} from "../chart/chart.ts";
import { sayNumber, sayValue } from "../chart/say-value.ts";
import type { Panel } from "./dashboard-schema.ts";

export type Cell = string | number | null;
export interface Answer {
  columns: readonly string[];
  rows: ReadonlyArray<readonly Cell[]>;
}

/** What cannot be drawn, in words for whoever wrote the panel. */
export interface Undrawable {
  problem: string;
}

interface Around {
  markers: readonly Marker[];
  fromMs: number;
  toMs: number;
  nowMs: number;
}

type Draw = (answer: Answer, panel: Panel, around: Around) => Chart | Undrawable;

const DRAW: Readonly<Partial<Record<Panel["kind"], Draw>>> = {
  line: lineOf,
  bar: barOf,
  heatmap: heatMapOf,
  matrix: matrixOf,
  waterfall: waterfallOf,
};

/** @returns `null` for kinds that are no picture (number, table) */
export const chartFrom = (answer: Answer, panel: Panel, around: Around): Chart | Undrawable | null =>
  DRAW[panel.kind]?.(answer, panel, around) ?? null;

/** A moment as the views write it is said to the minute. */
const text = (cell: Cell | undefined): string =>
  cell === null || cell === undefined
    ? "–"
    : String(cell).replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):\d{2}(?:\.\d+)?Z$/, "$1 $2");
const number = (cell: Cell | undefined): number | null =>
  typeof cell === "number" && Number.isFinite(cell) ? cell : null;

/** Milliseconds since 1970 of ISO 8601, or a number that is as large as such; `null` = it is no time. */
export function timeIn(cell: Cell | undefined): number | null {
  if (typeof cell === "number") return cell > 946_684_800_000 && cell < 7_258_118_400_000 ? cell : null;
  if (typeof cell !== "string" || !/^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}.*)?)?$/.test(cell)) return null;
  const ms = Date.parse(cell.length === 7 ? `${cell}-01` : cell);
  return Number.isNaN(ms) ? null : ms;
}

const few = (answer: Answer, least: number, wanted: string): Undrawable | null =>
  answer.columns.length >= least
    ? null
    : { problem: `The query gives ${answer.columns.length} columns; this panel needs ${wanted}.` };

function lineOf(
  answer: Answer,
  { title, unit = "" }: Panel,
  { markers, fromMs, toMs }: Around,
): LineChart | Undrawable {
  const wrong = few(answer, 2, "a time and at least one value");
  if (wrong !== null) return wrong;
  const [, ...names] = answer.columns;
  const timed = answer.rows.map((row) => ({ atMs: timeIn(row[0]), row }));
  const odd = timed.find(({ atMs }) => atMs === null);
  if (odd !== undefined)
    return {
      problem: `The first column must be a time; "${text(odd.row[0])}" is none. time_bucket('1 day', occurred_ms) gives one.`,
    };
  const series = names.map((name, at) => ({
    name,
    points: timed.map(({ atMs, row }) => [atMs ?? 0, number(row[at + 1])] as const),
  }));
  return { kind: "line", title, unit, markers, fromMs, toMs, series };
}

function barOf(
  answer: Answer,
  { title, unit = "", lying }: Panel,
  { markers }: Around,
): BarChart | Undrawable {
  const wrong = few(answer, 2, "a label and at least one value");
  if (wrong !== null) return wrong;
  const [, ...names] = answer.columns;
  const times = answer.rows.map((row) => timeIn(row[0]));
  const timed =
    !lying && times.length > 1 && times.every((ms, at) => ms !== null && ms > (times[at - 1] ?? 0));
  const days = answer.rows.map((row) => text(row[0]).slice(0, 10));
  const areDays = timed && new Set(days).size === days.length;
  return {
    ...{ kind: "bar", title, unit, lying },
    ...(timed ? { markers } : {}),
    parts: names.map((name) => ({ name, ...toneOf(name) })),
    bars: answer.rows.map((row, at) => ({
      label: areDays ? (days[at] ?? "") : text(row[0]),
      ...(timed ? { atMs: times[at] ?? 0 } : {}),
      values: names.map((_, part) => number(row[part + 1])),
    })),
  };
}

const TONES: Readonly<Record<string, Tone>> = {
  ...{ succeeded: "ok", passed: "ok", ok: "ok", failed: "bad", bad: "bad", running: "run", run: "run" },
  ...{ pending: "run", warn: "warn", canceled: "plain", abandoned: "warn" },
};
const toneOf = (word: string): { tone?: Tone } => {
  const tone = Object.hasOwn(TONES, word.toLowerCase()) ? TONES[word.toLowerCase()] : undefined;
  return tone === undefined ? {} : { tone };
};

/** In the order in which they are first met. */
const distinct = (answer: Answer, column: number): string[] => [
  ...new Set(answer.rows.map((row) => text(row[column]))),
];

/** Of a grid: names that are all different would make millions of them out of some thousand rows. */
const MOST_CELLS = 10_000;

function gridOf<T>(
  answer: Answer,
  read: (row: readonly Cell[]) => T,
): { rows: string[]; columns: string[]; cells: Array<Array<T | null>> } | Undrawable {
  const [rows, columns] = [distinct(answer, 0), distinct(answer, 1)];
  if (rows.length * columns.length > MOST_CELLS)
    return {
      problem: `${rows.length} rows by ${columns.length} columns cannot be drawn: at most ${MOST_CELLS} cells. The first two columns name row and column.`,
    };
  const at = new Map(answer.rows.map((row) => [`${text(row[0])}\0${text(row[1])}`, row]));
  const cells = rows.map((row) =>
    columns.map((column) => {
      const found = at.get(`${row}\0${column}`);
      return found === undefined ? null : read(found);
    }),
  );
  return { rows, columns, cells };
}

function heatMapOf(answer: Answer, { title, unit = "" }: Panel): HeatMap | Undrawable {
  const wrong = few(answer, 3, "a row, a column and a value");
  if (wrong !== null) return wrong;
  const grid = gridOf(answer, (row) => number(row[2]));
  return "problem" in grid ? grid : { kind: "heatmap", title, unit, ...grid };
}

function matrixOf(answer: Answer, { title }: Panel): Matrix | Undrawable {
  const wrong = few(answer, 3, "a row, a column and a text");
  if (wrong !== null) return wrong;
  const grid = gridOf(answer, (row) => ({
    text: text(row[2]),
    ...(row[3] === null || row[3] === undefined ? {} : { more: text(row[3]) }),
    ...toneOf(text(row[4])),
  }));
  return "problem" in grid ? grid : { kind: "matrix", title, ...grid };
}

function waterfallOf(answer: Answer, { title }: Panel, { nowMs, markers }: Around): Waterfall | Undrawable {
  const wrong = few(answer, 3, "a label, a start and an end");
  if (wrong !== null) return wrong;
  const spans = answer.rows.flatMap((row) => {
    const startMs = timeIn(row[1]);
    if (startMs === null) return [];
    const word = row[3] === null || row[3] === undefined ? {} : { word: text(row[3]) };
    return [
      { label: text(row[0]), depth: 0, startMs, endMs: timeIn(row[2]), ...word, ...toneOf(text(row[3])) },
    ];
  });
  return { kind: "waterfall", title, spans, nowMs, markers };
}

/** Numbers to the right; columns that name milliseconds are written as durations. */
export function tableFrom(answer: Answer, { limit, unit }: Pick<Panel, "limit" | "unit">): TableTwin {
  const isNumber = answer.columns.map(
    (_, at) =>
      answer.rows.some((row) => typeof row[at] === "number") &&
      answer.rows.every((row) => typeof row[at] !== "string"),
  );
  const say = (cell: Cell | undefined, at: number): string => {
    if (typeof cell !== "number") return text(cell);
    if (/_ms$/.test(answer.columns[at] ?? "") && timeIn(cell) === null) return sayValue(cell, "ms");
    return unit === undefined ? sayNumber(cell) : sayValue(cell, unit);
  };
  return {
    columns: answer.columns.map((title, at) => ({
      title,
      ...(isNumber[at] === true ? { align: "right" as const } : {}),
    })),
    rows: answer.rows.slice(0, limit).map((row) => answer.columns.map((_, at) => say(row[at], at))),
  };
}
