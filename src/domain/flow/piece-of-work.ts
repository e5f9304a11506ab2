/** One piece of work over tools, issues and repositories: its one lead time, from the first start to the last end. Pure. */

/** What counts of an activity; times are ISO 8601, `null` = not known. */
export interface Part {
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
  const starts = parts.map(({ startedAt, occurredAt }) => startedAt ?? occurredAt).sort();
  const ends = parts
    .filter((part) => !isOpen(part))
    .map(({ finishedAt, occurredAt }) => finishedAt ?? occurredAt)
    .sort();
  const [startedAt = null] = starts;
  const last = ends.at(-1) ?? null;
  const base = { startedAt, parts: parts.length, open };
  if (startedAt === null) return { ...base, endedAt: null, leadMs: null, reason: "nothing is known of it" };
  if (open > 0 || last === null)
    return { ...base, endedAt: null, leadMs: null, reason: `${open} of ${parts.length} not ended yet` };
  const leadMs = Math.max(0, Date.parse(last) - Date.parse(startedAt));
  return { ...base, endedAt: last, leadMs, reason: null };
}
