/** Widths of the matrix, and where a pinned column sticks: pinned ones stand first, so their index gives the place. */
import type { CSSProperties } from "react";
import type { Column } from "./build-matrix.ts";

/** The least width of a cell in pixels: so wide are all when the grid scrolls sideways, else they share the room. */
const CELL_WIDTH = 176;

/** Up to and without the column `index`; `--name-width` stands in matrix.css. */
export const widthBefore = (index: number): string => `calc(var(--name-width) + ${index * CELL_WIDTH}px)`;

export const pinnedLeft = (column: Column | undefined, index: number): CSSProperties | undefined =>
  column?.pinned === true ? { left: widthBefore(index) } : undefined;
