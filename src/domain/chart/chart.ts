/** What a picture shows, as data: one value from which the SVG, its table twin and the words of a terminal are made. */

/** How numbers are written: `ms` as durations, `ratio` (0..1) as percent, anything else as a number with that word behind it. */
export type Unit = "count" | "ms" | "ratio" | (string & {});

/** Never the only sign of what it means: a word or a shape stands beside it. */
export type Tone = "ok" | "bad" | "run" | "warn" | "plain" | "accent";

/** A deployment (or anything else) at a moment, drawn as a line with a pin on every time axis. */
export interface Marker {
  atMs: number;
  label: string;
  tone?: Tone;
}

interface Titled {
  /** Says the finding: "Deployments take 4 min, half as long as in October". */
  title: string;
  /** More than the title, for those who cannot see the picture. */
  about?: string;
}

/** Lines over time. A value that is not known is a gap, never 0. */
export interface LineChart extends Titled {
  kind: "line";
  unit: Unit;
  series: ReadonlyArray<{
    name: string;
    points: ReadonlyArray<readonly [atMs: number, value: number | null]>;
  }>;
  markers?: readonly Marker[];
  /** The whole span of the axis, also where there is nothing; default: that of the points. */
  fromMs?: number;
  toMs?: number;
}

/** Bars, stacked when there are several parts. With `atMs` on every bar they stand on a time axis. */
export interface BarChart extends Titled {
  kind: "bar";
  unit: Unit;
  /** From the axis upwards. */
  parts: ReadonlyArray<{ name: string; tone?: Tone }>;
  bars: ReadonlyArray<{ label: string; atMs?: number; values: ReadonlyArray<number | null> }>;
  markers?: readonly Marker[];
  /** Lying bars, for names that are long or ranked. */
  lying?: boolean;
}

/** Rows by columns, the darker the more; `null` is an empty cell with a word. */
export interface HeatMap extends Titled {
  kind: "heatmap";
  unit: Unit;
  rows: readonly string[];
  columns: readonly string[];
  /** By row. */
  cells: ReadonlyArray<ReadonlyArray<number | null>>;
}

/** Rows by columns with a few words in each cell. */
export interface Matrix extends Titled {
  kind: "matrix";
  rows: readonly string[];
  columns: readonly string[];
  cells: ReadonlyArray<ReadonlyArray<{ text: string; more?: string; tone?: Tone } | null>>;
}

/** Spans below each other on one time axis. */
export interface Waterfall extends Titled {
  kind: "waterfall";
  spans: ReadonlyArray<{
    label: string;
    depth: number;
    startMs: number;
    /** `null` = goes on. */
    endMs: number | null;
    tone?: Tone;
    /** In words: "failed", "critical". */
    word?: string;
  }>;
  /** Where what goes on ends. */
  nowMs: number;
  markers?: readonly Marker[];
}

/** A line as small as a word, without axes; gaps where nothing is known. */
export interface Sparkline extends Titled {
  kind: "sparkline";
  unit: Unit;
  values: ReadonlyArray<number | null>;
}

export type Chart = LineChart | BarChart | HeatMap | Matrix | Waterfall | Sparkline;

/** The same numbers as a table: what a reader without eyes or a spreadsheet takes. */
export interface TableTwin {
  columns: ReadonlyArray<{ title: string; align?: "right" }>;
  rows: ReadonlyArray<readonly string[]>;
  /** Addresses of the page by row, `null` for none: the cell of `linkAt` leads there. Other formats leave them out. */
  links?: ReadonlyArray<string | null>;
  linkAt?: number;
}
