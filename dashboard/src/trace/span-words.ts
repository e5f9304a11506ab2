/** One row of a trace in words: for those who do not see the bars, and for tips. */
import { lengthOf } from "../../../src/domain/trace/extent.ts";
import { statusWord } from "../parts/status-mark.tsx";
import { formatDuration } from "../time/format-time.ts";
import type { TraceModel } from "./model.ts";

/** `3 min`, `3 min so far`, `duration not known` */
export function sayLength({ extents }: TraceModel, at: number): string {
  const extent = extents[at];
  const length = extent === undefined ? null : lengthOf(extent);
  if (extent === undefined || length === null) return "duration not known";
  return `${formatDuration(length)}${extent.isOpen ? " so far" : ""}`;
}

/** How long the end waited for it, and how long it waited before it began; empty when it is not on the critical path. */
export function sayPath({ sections }: TraceModel, at: number): string {
  const own = sections[at] ?? [];
  if (own.length === 0) return "";
  const sum = (how: "ran" | "waited" | "unknown"): number =>
    own.reduce((total, each) => total + (each.how === how ? each.endMs - each.startMs : 0), 0);
  const parts = [
    `the end waited ${formatDuration(sum("ran"))} for it`,
    ...(sum("waited") > 0 ? [`it waited ${formatDuration(sum("waited"))} before it began`] : []),
    ...(sum("unknown") > 0 ? [`${formatDuration(sum("unknown"))} in which it ran or waited`] : []),
  ];
  return `on the critical path: ${parts.join(", ")}`;
}

export function sayRow(model: TraceModel, at: number): string {
  const span = model.rows[at]?.span;
  const extent = model.extents[at];
  if (span === undefined || extent === undefined) return "";
  const began =
    extent.startMs === null
      ? "start not known"
      : `${formatDuration(extent.startMs - model.fromMs)} after the start`;
  return [
    `${span.kind} ${span.name}`,
    statusWord(span.status),
    sayLength(model, at),
    began,
    sayPath(model, at),
  ]
    .filter(Boolean)
    .join(", ");
}
