/** One piece of work over tools, issues and repositories: its one lead time, as a trace and its list say it. Pure. */
import type { Kind } from "../activity.ts";
import { type Extent, extentOf } from "../trace/extent.ts";
import { wholeOf } from "../trace/whole.ts";

/** What counts of an activity; times are ISO 8601, `null` = not known. */
export interface Part {
  kind: Kind;
  startedAt: string | null;
  finishedAt: string | null;
  occurredAt: string;
}

export interface PieceOfWork {
  startedAt: string | null;
  /** `null` while a part is open. */
  endedAt: string | null;
  /** Last end − first start, in milliseconds; `null` with the reason. */
  leadMs: number | null;
  reason: string | null;
  parts: number;
  open: number;
}

/** @param isOpen whether a part is not ended; one without both start and end counts with the time it happened */
export function pieceOfWork<P extends Part>(parts: readonly P[], isOpen: (part: P) => boolean): PieceOfWork {
  const open = parts.filter(isOpen).length;
  const whole = wholeOf(parts.map((part) => ({ kind: part.kind, extent: extentFor(part) })));
  const base = { parts: parts.length, open };
  if (whole === null)
    return { ...base, startedAt: null, endedAt: null, leadMs: null, reason: "nothing is known of it" };
  const startedAt = new Date(whole.fromMs).toISOString();
  if (open > 0)
    return {
      ...base,
      startedAt,
      endedAt: null,
      leadMs: null,
      reason: `${open} of ${parts.length} not ended yet`,
    };
  const reason = whole.ms === null ? "only one moment of it is known" : null;
  return { ...base, startedAt, endedAt: new Date(whole.toMs).toISOString(), leadMs: whole.ms, reason };
}

/** Of what is open only the start is looked at. */
const extentFor = (part: Part): Extent => extentOf({ ...part, status: null }, Date.parse(part.occurredAt));
