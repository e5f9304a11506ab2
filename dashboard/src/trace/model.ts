/** A trace made ready to be drawn: rows, times, the critical path, each by the row's number. Pure: `nowMs` is passed in. */
import { criticalPath, type Section } from "../../../src/domain/trace/critical-path.ts";
import { type Extent, extentOf, rangeOf } from "../../../src/domain/trace/extent.ts";
import { layOut, type Row } from "../../../src/domain/trace/layout.ts";
import { selfTimes } from "../../../src/domain/trace/statistics.ts";
import { wholeOf } from "../../../src/domain/trace/whole.ts";
import type { Span, Trace } from "../api/traces.ts";

export type SpanRow = Row<Span>;

export interface TraceModel {
  rows: readonly SpanRow[];
  /** By the number of the row. */
  extents: readonly Extent[];
  selfMs: ReadonlyArray<number | null>;
  /** On the critical path; empty for most. */
  sections: ReadonlyArray<readonly Section[]>;
  /** Number of the row of a span. */
  rowOf: ReadonlyMap<string, number>;
  /** Milliseconds since 1970. */
  fromMs: number;
  toMs: number;
  deepest: number;
  hasOpen: boolean;
  waitedMs: number;
  /** Of the path it is not known whether something went on or waited. */
  unknownMs: number;
  /** As `vice traces` says it; `fromMs` to `toMs` may hold what was told later. `null` = one moment is known. */
  wholeMs: number | null;
  nowMs: number;
}

const NONE: readonly Section[] = [];
const NO_EXTENT: Extent = { startMs: null, endMs: null, isOpen: false, lastMs: 0 };

const timeOf = (path: readonly Section[], how: Section["how"]): number =>
  path.reduce((sum, each) => sum + (each.how === how ? each.endMs - each.startMs : 0), 0);

export function modelOf({ spans }: Trace, nowMs: number): TraceModel {
  const rows = layOut(spans);
  const extents = rows.map(({ span }) => extentOf(span, nowMs));
  const { fromMs, toMs } = rangeOf(extents) ?? { fromMs: nowMs, toMs: nowMs };
  const rowOf = new Map(rows.map(({ span }, at) => [span.id, at]));
  const path = criticalPath(
    spans,
    nowMs,
    (span) => extents[rowOf.get(span.id) ?? -1] ?? extentOf(span, nowMs),
  ).sections;
  const byId = Map.groupBy(path, ({ id }) => id);
  return {
    ...{ rows, extents, fromMs, toMs, nowMs },
    selfMs: selfTimes(rows, extents),
    sections: rows.map(({ span }) => byId.get(span.id) ?? NONE),
    rowOf,
    deepest: rows.reduce((most, { depth }) => Math.max(most, depth), 0),
    hasOpen: extents.some(({ isOpen }) => isOpen),
    waitedMs: timeOf(path, "waited"),
    unknownMs: timeOf(path, "unknown"),
    wholeMs:
      wholeOf(rows.map(({ span: { kind } }, at) => ({ kind, extent: extents[at] ?? NO_EXTENT })))?.ms ?? null,
  };
}

/** Numbers of the rows whose span says the words, in name, service, environment, tool, kind, status or id. */
export function matchesIn(rows: readonly SpanRow[], words: string): ReadonlySet<number> {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return new Set();
  return new Set(rows.flatMap(({ span }, at) => (textOf(span).includes(wanted) ? [at] : [])));
}

const textOf = ({ id, name, kind, service, team, environment, source, status }: Span): string =>
  [name, kind, service, team, environment, source, status, id].filter(Boolean).join(" ").toLowerCase();

/** What led to a span, in the order of the rows. */
export function causesOf(rows: readonly SpanRow[], id: string): Array<{ from: Span; reason: string }> {
  return rows.flatMap(({ span }) =>
    span.links.filter(({ to }) => to === id).map(({ reason }) => ({ from: span, reason })),
  );
}
