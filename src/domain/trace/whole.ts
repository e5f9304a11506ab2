/**
 * The one length of a piece of work, wherever it is told: in a list, above a trace, of a ticket with its parts. Pure.
 *
 * It goes from the first moment that is known of any part to the last one. A ticket is known from when it was made. What
 * tells of a moment only counts with that moment. A check that began long after all else had ended, as a test report that
 * somebody brings in days later, tells of the work and is none of it: it changes neither its end nor how it ended.
 */
import type { Kind } from "../activity.ts";
import type { Extent } from "./extent.ts";

/** A part of a piece; times in milliseconds since 1970, `null` = not known. */
export interface WholePart {
  kind: Kind;
  extent: Extent;
}

export interface Whole {
  fromMs: number;
  toMs: number;
  /** Between the two; `null` = only one moment is known. */
  ms: number | null;
}

/** Checks of what was just done begin sooner. */
const SOON_MS = 3_600_000;

/** @returns whether a check came too late to be a part of the work */
export function lateIn(parts: Iterable<WholePart>): (part: WholePart) => boolean {
  let endMs = Number.NEGATIVE_INFINITY;
  for (const { kind, extent } of parts) if (kind !== "check") endMs = Math.max(endMs, extent.lastMs);
  if (endMs === Number.NEGATIVE_INFINITY) return () => false;
  return ({ kind, extent: { startMs, lastMs } }) => kind === "check" && (startMs ?? lastMs) > endMs + SOON_MS;
}

/** @returns `null` without parts */
export function wholeOf(parts: readonly WholePart[]): Whole | null {
  const isLate = lateIn(parts);
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let hasLength = false;
  for (const part of parts) {
    if (isLate(part)) continue;
    const { madeMs = null, startMs, endMs, lastMs } = part.extent;
    fromMs = Math.min(fromMs, madeMs ?? startMs ?? lastMs);
    toMs = Math.max(toMs, lastMs);
    hasLength ||= startMs !== null && endMs !== null;
  }
  if (fromMs > toMs) return null;
  return { fromMs, toMs, ms: hasLength || toMs > fromMs ? toMs - fromMs : null };
}
