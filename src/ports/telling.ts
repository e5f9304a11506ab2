/** Port: what is told to others of the activities that the log speaks of, many at once. */
import type { Activity } from "../domain/activity.ts";
import type { Link } from "../domain/trace/join.ts";

/** What led to an activity. */
export interface Cause {
  id: string;
  traceId: string;
  link: Link;
}

export interface Told {
  activity: Activity;
  /** `null` = it has no parent, or nothing is known of it. */
  parentTraceId: string | null;
  /** As `traces.causes` says for each, without the parent. */
  causes: Cause[];
}

export interface ToldSlice {
  /** In the order of the first event of each, each once. */
  items: Told[];
  /** The last event that was looked at. */
  seq: number;
}

export interface Telling {
  /**
   * The activities that the next events observed or amended.
   * @param after an event's number
   * @param most events that are looked at
   * @returns `null` = the log ends there
   */
  after(
    after: number,
    most: number,
    isWanted: (activity: Activity) => boolean,
    nowMs: number,
  ): ToldSlice | null;
}
