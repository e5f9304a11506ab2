/** The mini-map's lines: all rows of a trace in a small picture, what falls on the same spot drawn once. Pure. */
import type { TraceModel } from "./model.ts";

export const MAP_WIDTH = 1000;
export const MAP_HEIGHT = 60;

export interface MiniLines {
  /** Width of the strokes. */
  thick: number;
  /** Data of SVG paths. */
  beside: string;
  failed: string;
  path: string;
}

/** What took less is still to be seen. */
const LEAST = 2;

type Stretch = [from: number, to: number];

export function miniLines(model: TraceModel): MiniLines {
  const { rows, extents, sections } = model;
  const rowsEach = Math.max(1, rows.length / (MAP_HEIGHT / 2 - 1));
  const height = rows.length < MAP_HEIGHT / 2 ? MAP_HEIGHT / (rows.length + 1) : 2;
  const lines = {
    beside: new Map<number, Stretch[]>(),
    failed: new Map<number, Stretch[]>(),
    path: new Map<number, Stretch[]>(),
  };
  rows.forEach(({ span }, at) => {
    const y = (Math.floor(at / rowsEach) + 1) * height;
    const extent = extents[at];
    if (extent === undefined) return;
    const put = (kind: keyof typeof lines, startMs: number, endMs: number): void => {
      const stretches = lines[kind].get(y) ?? [];
      lines[kind].set(y, stretches);
      stretches.push([xOf(startMs, model), Math.max(xOf(startMs, model) + LEAST, xOf(endMs, model))]);
    };
    put(span.status === "failed" ? "failed" : "beside", extent.startMs ?? extent.lastMs, extent.lastMs);
    for (const { how, startMs, endMs } of sections[at] ?? []) if (how === "ran") put("path", startMs, endMs);
  });
  const thick = Math.min(8, Math.max(2, height / 2));
  return { thick, beside: dataOf(lines.beside), failed: dataOf(lines.failed), path: dataOf(lines.path) };
}

const xOf = (ms: number, { fromMs, toMs }: TraceModel): number =>
  toMs === fromMs ? 0 : Math.round(((ms - fromMs) / (toMs - fromMs)) * MAP_WIDTH);

function dataOf(lines: ReadonlyMap<number, Stretch[]>): string {
  return [...lines]
    .map(([y, stretches]) =>
      merged(stretches)
        .map(([from, to]) => `M${from} ${round(y)}H${to}`)
        .join(""),
    )
    .join("");
}

const round = (y: number): number => Math.round(y * 100) / 100;

function merged(stretches: readonly Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  for (const [from, to] of [...stretches].sort((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}
