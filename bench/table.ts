/** Prints the figures as a table: each beside its reference and its goal. */
import { isMet, type Row } from "./measure.ts";

const HEADINGS = ["what", "value", "reference", "ratio", "goal", "met", "CPU us/event"];

export function tableOf(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function cellsOf(row: Row): string[] {
  const met = isMet(row);
  return [
    row.what,
    `${short(row.value)} ${row.unit}`,
    `${short(row.referenceValue)} (${row.reference})`,
    `${short(row.ratio)}x`,
    row.goal,
    met === null ? "-" : met ? "yes" : "NO",
    row.cpuUs === undefined ? "-" : short(row.cpuUs),
  ];
}

/** Three digits that matter. */
function short(value: number): string {
  if (!Number.isFinite(value)) return "?";
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
