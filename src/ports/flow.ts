/** Port: what stays open for days (tickets, changes, sprints, incidents) and how it moved; a facet of the store. */
import type { Activity, Kind } from "../domain/activity.ts";
import type { StoredTransition } from "../domain/transition.ts";

export const LASTING_KINDS = ["ticket", "change", "sprint", "incident"] as const satisfies readonly Kind[];
export type LastingKind = (typeof LASTING_KINDS)[number];

export interface LastingFilter {
  kind: LastingKind;
  service?: string | undefined;
  team?: string | undefined;
  /** Open ones, and those that ended (or were reported last) since then; without it open ones only. Milliseconds since 1970. */
  endedSinceMs?: number | undefined;
}

export interface Flows {
  /** Open ones first, each newest first; `truncated` = there are more. Open for long is not `abandoned` here. */
  lasting(filter: LastingFilter, limit: number, nowMs: number): { items: Activity[]; truncated: boolean };
  /** The transitions behind an activity, each content once, in order. */
  transitions(id: string): StoredTransition[];
  /** Ids of those that people call so: `SHOP-12`, `#12`, `12`, a whole url. Newest first, at most 10. */
  named(kind: LastingKind, name: string): string[];
  /** Ids of the tickets below a ticket, oldest first, at most 500. */
  children(id: string): string[];
}
