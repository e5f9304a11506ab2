/** Widths of the matrix in pixels, and where a pinned column sticks: pinned ones stand first, so their index gives the place. */
import type { CSSProperties } from "react";
import type { Column } from "./build-matrix.ts";

export const NAME_WIDTH = 232;
export const CELL_WIDTH = 176;

export const pinnedLeft = (column: Column | undefined, index: number): CSSProperties | undefined =>
  column?.pinned === true ? { left: NAME_WIDTH + index * CELL_WIDTH } : undefined;
