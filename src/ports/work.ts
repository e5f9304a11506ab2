/** Port: pieces of work, each with what it touched, how long it took and how it ended. */
import type { Activity, Kind, Status } from "../domain/activity.ts";
import type { Fact } from "../domain/differences/rank.ts";
import type { Summary } from "../domain/trace/summary.ts";
import type { Page } from "./page.ts";
import type { TraceFilter } from "./traces.ts";

/**
 * All of it holds for one and the same activity of a piece, but for how long something took: `slowerThanMs` may hold for
 * another one at the same place, at any moment, and `longerThanMs` holds for the whole.
 */
export interface WorkFilter extends TraceFilter {
  /** Only pieces that took at least this long from their first start to their last end, in milliseconds. */
  longerThanMs?: number | undefined;
}

/** A piece of work as `docs/traces.md` says what one is. */
export interface WorkPiece extends Summary {
  /** The trace of what it began with; `traces.trace` opens it. Stories of one epic have the same: `head` tells pieces apart. */
  traceId: string;
  /** What it began with: a ticket, a change, a run. */
  head: { id: string; kind: Kind; name: string; status: Status | null };
  /** It is more than is looked at. */
  truncated: boolean;
}

/** One that holds an activity that was looked for. */
export interface FoundWork extends WorkPiece {
  /** The newest that fits. */
  activity: Activity;
}

/** One with all that may explain how it went. */
export interface ExplainedWork extends WorkPiece {
  /** Its newest activity, in milliseconds since 1970. */
  atMs: number;
  facts: readonly Fact[];
  /** Pieces with the same number ended with the same deployment or run: what happened to one happened to all of them. */
  cluster: number;
}

export interface Work {
  /** By the newest activity that fits, newest first; each piece once over all pages. Reads in slices. */
  find(filter: WorkFilter, limit: number, cursor: string | null, nowMs: number): Promise<Page<FoundWork>>;
  /** All pieces that hold one of the newest `most` activities that fit. Reads in slices. */
  explained(
    filter: WorkFilter,
    most: number,
    nowMs: number,
  ): Promise<{ items: ExplainedWork[]; sampled: boolean }>;
}
