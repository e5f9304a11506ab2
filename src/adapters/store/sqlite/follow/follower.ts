/**
 * A follower: a read model that is made from activities and follows them a moment later (links, rollups, histograms).
 *
 * For each activity that changed it is handed what it was and what it is. What a follower writes must be a function of
 * the set of activities: it takes away what `was` gave and adds what `is` gives, and so needs no copy of its own of what
 * it took in before. All followers take the same batch in one transaction, in the background; a read catches up first.
 * A new follower, or one with another `version`, starts with empty tables and is handed every activity once
 * (`was: null`). After a rebuild of the activities the same happens to all.
 */
import type { Activity } from "../../../../domain/activity.ts";
import type { Connection } from "../connection.ts";

/** An activity as it stood in the store. */
export interface Stood {
  /** The normal form; `actor` is not in it (see `person`), `abandoned` is never stored. */
  activity: Activity;
  /** Id of the person who did it. */
  person: string | null;
  /** Counts: not excluded and no second report of a deployment. */
  counted: boolean;
  /** `occurredAt` in milliseconds since 1970. */
  occurredMs: number;
}

/** One activity that changed since the follower was last called. */
export interface Followed {
  /** Its number in the table `activity`. */
  n: number;
  /** What this follower took in last; `null` = nothing yet. */
  was: Stood | null;
  /** What it is now; `null` = gone. */
  is: Stood | null;
}

export interface Follower {
  /** Also the start of its keys in `meta`. */
  name: string;
  /** Raised when what it writes changes: it is then made anew from all activities. */
  version: number;
  /** `CREATE TABLE IF NOT EXISTS ...` with their indexes. */
  tables: string;
  tableNames: readonly string[];
  /** What it writes is by days of the workspace's time zone (`zoneOf`): with another zone it is made anew. */
  isByDay?: true;
  /**
   * Takes in a batch: each `n` once, ascending. Inside a transaction; may only write its own tables.
   * @returns numbers of other activities that are to be looked at again (by all followers), because what they give
   * depends on these
   */
  take(db: Connection, batch: readonly Followed[]): readonly number[];
}
