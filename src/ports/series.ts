/** Port: series of numbers that were pushed in; a facet of the store. */
import type { Point, SeriesPart } from "../domain/series/series.ts";

export interface SeriesInfo {
  name: string;
  labels: Readonly<Record<string, string>>;
  points: number;
  /** ISO 8601. */
  firstAt: string;
  lastAt: string;
}

export interface SeriesStore {
  /** By name, then labels. */
  list(): SeriesInfo[];
  /** Those of the name that have these labels (and maybe others), points in order of time. @param toMs not included */
  points(
    wanted: Pick<SeriesPart, "name" | "labels">,
    fromMs: number,
    toMs: number,
  ): Array<Pick<SeriesPart, "name" | "labels"> & { points: Point[] }>;
}
