/** From when to when a span went, as far as that is known; what has not ended goes on until now. Pure. */
import type { Span } from "./span.ts";

/** What is needed of a span to know its times. */
export type Timed = Pick<Span, "status" | "startedAt" | "finishedAt" | "occurredAt">;

/** Milliseconds since 1970; `null` = not known, never 0. */
export interface Extent {
  startMs: number | null;
  /** Of what has not ended: now. */
  endMs: number | null;
  isOpen: boolean;
  /** The last moment that is known of it: its end, else its start, else when it was told of. */
  lastMs: number;
}

const msOf = (iso: string | null): number | null => {
  const ms = iso === null ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
};

export const extentOf = ({ status, startedAt, finishedAt, occurredAt }: Timed, nowMs: number): Extent =>
  extentAt(
    {
      ...{ status, startMs: msOf(startedAt), finishMs: msOf(finishedAt) },
      occurredMs: msOf(occurredAt),
    },
    nowMs,
  );

/** The same, with times in milliseconds since 1970. */
export interface TimedMs {
  status: Span["status"];
  startMs: number | null;
  finishMs: number | null;
  occurredMs: number | null;
}

/** Where two clocks disagree and the end comes before the start, the end stands and the start counts as not known. */
export function extentAt({ status, startMs: began, finishMs, occurredMs }: TimedMs, nowMs: number): Extent {
  const isOpen = finishMs === null && (status === "running" || status === "pending");
  const endMs = isOpen ? Math.max(nowMs, began ?? nowMs) : finishMs;
  const startMs = began !== null && endMs !== null && began > endMs ? null : began;
  return { startMs, endMs, isOpen, lastMs: endMs ?? startMs ?? occurredMs ?? nowMs };
}

/** Milliseconds it took, or takes until now; `null` when its start or its end is not known. */
export const lengthOf = ({ startMs, endMs }: Extent): number | null =>
  startMs === null || endMs === null ? null : endMs - startMs;

/** From the first to the last moment that any of them knows; `null` without one. */
export function rangeOf(extents: Iterable<Extent>): { fromMs: number; toMs: number } | null {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const { startMs, lastMs } of extents) {
    fromMs = Math.min(fromMs, startMs ?? lastMs);
    toMs = Math.max(toMs, lastMs);
  }
  return fromMs > toMs ? null : { fromMs, toMs };
}
