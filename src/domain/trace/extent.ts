/** From when to when a span went, as far as that is known; what has not ended goes on until now. Pure. */
import type { Span } from "./span.ts";

/** What is needed of a span to know its times. */
export type Timed = Pick<Span, "status" | "createdAt" | "startedAt" | "finishedAt" | "occurredAt">;

/** Milliseconds since 1970; `null` = not known, never 0. */
export interface Extent {
  /** Of what was made before it was begun, as a ticket: when; from then on it waited. */
  madeMs?: number | null;
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

export const extentOf = (
  { status, createdAt, startedAt, finishedAt, occurredAt }: Timed,
  nowMs: number,
): Extent =>
  extentAt(
    {
      ...{ status, startMs: msOf(startedAt), finishMs: msOf(finishedAt) },
      ...{ madeMs: msOf(createdAt ?? null), occurredMs: msOf(occurredAt) },
    },
    nowMs,
  );

/** The same, with times in milliseconds since 1970. */
export interface TimedMs {
  status: Span["status"];
  madeMs?: number | null;
  startMs: number | null;
  finishMs: number | null;
  occurredMs: number | null;
}

/** Where two clocks disagree and the end comes before the start, the end stands and the start counts as not known. */
export function extentAt(
  { status, madeMs = null, startMs: began, finishMs, occurredMs }: TimedMs,
  nowMs: number,
): Extent {
  const isOpen = finishMs === null && (status === "running" || status === "pending");
  const endMs = isOpen ? Math.max(nowMs, began ?? nowMs) : finishMs;
  const startMs = began !== null && endMs !== null && began > endMs ? null : began;
  const lastMs = endMs ?? startMs ?? occurredMs ?? nowMs;
  const isBefore = madeMs !== null && madeMs < (startMs ?? lastMs);
  return { madeMs: isBefore ? madeMs : null, startMs, endMs, isOpen, lastMs };
}

/** Milliseconds it took, or takes until now; `null` when its start or its end is not known. */
export const lengthOf = ({ startMs, endMs }: Extent): number | null =>
  startMs === null || endMs === null ? null : endMs - startMs;

/** From the first to the last moment that any of them knows; `null` without one. */
export function rangeOf(extents: Iterable<Extent>): { fromMs: number; toMs: number } | null {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const { madeMs = null, startMs, lastMs } of extents) {
    fromMs = Math.min(fromMs, madeMs ?? startMs ?? lastMs);
    toMs = Math.max(toMs, lastMs);
  }
  return fromMs > toMs ? null : { fromMs, toMs };
}
