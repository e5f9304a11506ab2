/** Where the time of a trace went, by step, tool, service or kind. Pure. */
import { quantile } from "../quantile.ts";
import { type Extent, extentOf, lengthOf } from "./extent.ts";
import type { Row } from "./layout.ts";
import type { Span } from "./span.ts";

export const GROUPS = ["step", "tool", "service", "kind"] as const;
export type Group = (typeof GROUPS)[number];

export type Counted = Pick<
  Span,
  "name" | "source" | "service" | "kind" | "status" | "startedAt" | "finishedAt" | "occurredAt"
>;

/** Milliseconds; `null` where none of the group knows its duration. */
export interface Statistic {
  /** `null` = spans that do not say it. */
  name: string | null;
  count: number;
  failed: number;
  /** Of how many the duration is known; the figures are about these. */
  known: number;
  totalMs: number | null;
  /** Without the time in which something drawn under them went on. */
  selfMs: number | null;
  minMs: number | null;
  maxMs: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  /** Part of the self time of all groups, 0..1. */
  share: number | null;
}

const NAME_OF: Readonly<Record<Group, (span: Counted) => string | null>> = {
  step: ({ name }) => name,
  tool: ({ source }) => source,
  service: ({ service }) => service,
  kind: ({ kind }) => kind,
};

/**
 * The time of each row in which nothing below it went on, milliseconds; `null` where its own times are not known.
 * @param rows as `layOut` makes them
 * @param extents of the rows, by their number
 */
export function selfTimes(
  rows: ReadonlyArray<Row<unknown>>,
  extents: readonly Extent[],
): Array<number | null> {
  // In the order of their starts: then what is covered can be taken off in one pass.
  const order = rows.map((_, at) => at).sort((a, b) => startOf(extents[a]) - startOf(extents[b]));
  const parents = parentsOf(rows);
  const self = extents.map(lengthOf);
  const coveredTo = extents.map(({ startMs }) => startMs ?? 0);
  for (const at of order) {
    const parent = parents[at] ?? -1;
    const [own, above] = [extents[at], extents[parent]];
    const left = self[parent] ?? null;
    if (left === null || own?.startMs == null || own.endMs === null || above?.endMs == null) continue;
    const from = Math.max(own.startMs, coveredTo[parent] ?? 0);
    const to = Math.min(own.endMs, above.endMs);
    if (to <= from) continue;
    self[parent] = left - (to - from);
    coveredTo[parent] = to;
  }
  return self;
}

const startOf = (extent: Extent | undefined): number => extent?.startMs ?? Number.NEGATIVE_INFINITY;

/** For each row the place of the one that it is drawn under; -1 for none. */
export function parentsOf(rows: ReadonlyArray<Row<unknown>>): number[] {
  const above: number[] = [];
  return rows.map(({ depth }, at) => {
    above.length = depth;
    const parent = above[depth - 1] ?? -1;
    above.push(at);
    return parent;
  });
}

/** Those with the most self time first. */
export function statistics(rows: ReadonlyArray<Row<Counted>>, by: Group, nowMs: number): Statistic[] {
  const extents = rows.map(({ span }) => extentOf(span, nowMs));
  const self = selfTimes(rows, extents);
  const groups = new Map<
    string | null,
    { lengths: number[]; self: number[]; count: number; failed: number }
  >();
  rows.forEach(({ span }, at) => {
    const name = NAME_OF[by](span);
    const group = groups.get(name) ?? { lengths: [], self: [], count: 0, failed: 0 };
    groups.set(name, group);
    group.count += 1;
    if (span.status === "failed") group.failed += 1;
    const extent = extents[at];
    const length = extent === undefined ? null : lengthOf(extent);
    if (length === null) return;
    group.lengths.push(length);
    group.self.push(self[at] ?? 0);
  });
  const all = sum([...groups.values()].flatMap((group) => group.self));
  return [...groups].map(([name, group]) => statisticOf(name, group, all)).sort(bySelf);
}

function statisticOf(
  name: string | null,
  { lengths, self, count, failed }: { lengths: number[]; self: number[]; count: number; failed: number },
  all: number,
): Statistic {
  const known = lengths.length;
  const selfMs = sum(self);
  const orNull = (value: number): number | null => (known === 0 ? null : value);
  return {
    ...{ name, count, failed, known },
    totalMs: orNull(sum(lengths)),
    selfMs: orNull(selfMs),
    minMs: orNull(lengths.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)),
    maxMs: orNull(lengths.reduce((a, b) => Math.max(a, b), 0)),
    p50Ms: quantile(lengths, 0.5),
    p95Ms: quantile(lengths, 0.95),
    share: known === 0 || all === 0 ? null : selfMs / all,
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

const bySelf = (a: Statistic, b: Statistic): number =>
  (b.selfMs ?? -1) - (a.selfMs ?? -1) || b.count - a.count || ((a.name ?? "") < (b.name ?? "") ? -1 : 1);
