/** A report as data: blocks that the terminal, Markdown, HTML and the page each say in their own way. */
import type { Chart, TableTwin, Tone, Unit } from "./chart.ts";

/** A figure with what it means; `value: null` stands with its reason, never as 0. */
export interface Figure {
  label: string;
  value: number | null;
  unit: Unit;
  /** Why it is not known; needed when `value` is null. */
  reason?: string;
  /** "3 more than in the weeks before", "high by the table of 2024". */
  note?: string;
  tone?: Tone;
  /** Values over time, oldest first. */
  trend?: ReadonlyArray<number | null>;
  /** Path of the API where the rows behind it are: `/v1/deployments?...`. */
  rows?: string;
}

export type Block =
  | { kind: "heading"; text: string }
  | { kind: "text"; text: string }
  | { kind: "figures"; figures: readonly Figure[] }
  | { kind: "table"; title?: string; table: TableTwin; empty?: string }
  | { kind: "list"; items: readonly string[]; empty?: string }
  | { kind: "chart"; chart: Chart }
  /** Lines as they are: a diff, an error text. */
  | { kind: "verbatim"; text: string };

export interface ReportDocument {
  title: string;
  /** One sentence below the title: the finding, or what span and scope it has. */
  summary: string;
  blocks: readonly Block[];
}
