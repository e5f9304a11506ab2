/** Time as characters: one cell for each step of a scale, and a sign that says what went on in it. */
import type { Section } from "../../../domain/trace/critical-path.ts";
import type { Extent } from "../../../domain/trace/extent.ts";
import { offsetTicks } from "../../../domain/trace/ticks.ts";

/** Shapes, so that nothing is told by colour alone. */
export const SIGNS = {
  path: "█",
  beside: "━",
  waited: "·",
  unknown: "?",
  moment: "◆",
  open: "▶",
} as const;

/** Milliseconds since 1970 onto `width` cells. */
export interface Scale {
  fromMs: number;
  toMs: number;
  width: number;
}

const cellOf = (ms: number, { fromMs, toMs, width }: Scale): number => {
  const share = toMs === fromMs ? 0 : (ms - fromMs) / (toMs - fromMs);
  return Math.min(width - 1, Math.max(0, Math.floor(share * width)));
};

/** The last cell that a stretch reaches into: what ends where a cell begins does not. */
const lastCell = (startMs: number, endMs: number, scale: Scale): number => {
  const { fromMs, toMs, width } = scale;
  const share = toMs === fromMs ? 0 : (endMs - fromMs) / (toMs - fromMs);
  return Math.min(width - 1, Math.max(cellOf(startMs, scale), Math.ceil(share * width) - 1));
};

/** One line: where the span went on, which part of it the end waited for, and the waiting before it. */
export function barOf(extent: Extent, sections: readonly Section[], scale: Scale): string {
  const cells: string[] = Array.from({ length: scale.width }, () => " ");
  const fill = (startMs: number, endMs: number, sign: string): void => {
    cells.fill(sign, cellOf(startMs, scale), lastCell(startMs, endMs, scale) + 1);
  };
  const { startMs, endMs, lastMs, isOpen } = extent;
  for (const section of sections)
    if (section.how !== "ran" && section.startMs < section.endMs)
      fill(section.startMs, section.endMs, SIGNS[section.how]);
  if (startMs !== null && endMs !== null && startMs < endMs) {
    fill(startMs, endMs, SIGNS.beside);
    for (const section of sections)
      if (section.how === "ran") fill(section.startMs, section.endMs, SIGNS.path);
  } else if (!isOpen) cells[cellOf(startMs ?? lastMs, scale)] = SIGNS.moment;
  if (isOpen) cells[cellOf(lastMs, scale)] = SIGNS.open;
  return cells.join("").trimEnd();
}

/** Marks of the scale at round lengths: as many as fit without touching; each ends where it holds. */
export function ruler({ fromMs, toMs, width }: Scale): string {
  const total = toMs - fromMs;
  const most = Math.max(1, Math.min(4, Math.floor(width / 14)));
  return offsetTicks(0, total, most).reduce((line, { atMs, label }) => {
    const end = atMs === 0 ? label.length : Math.round((width * atMs) / total);
    return end - line.length <= label.length && line !== ""
      ? line
      : `${line}${label.padStart(end - line.length)}`;
  }, "");
}
