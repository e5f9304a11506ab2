/** A trace as it is shown: activities of one piece of work, and the links that say why they belong together. */
import type { Kind, Status } from "../activity.ts";

/** A directed link: the span it stands on led to `to`. */
export interface SpanLink {
  /** Id of the activity it leads to. */
  to: string;
  /** Why it was made, for people: `commit 4bf92f35`, `ticket SHOP-12 in the branch`, `said by hand: ...`. */
  reason: string;
}

/** One activity in a trace. Times are ISO 8601 UTC with milliseconds; `null` = not known, never 0. */
export interface Span {
  id: string;
  /** The span it is drawn under: its parent when that is in the trace, else the nearest that leads to it. */
  parentId: string | null;
  kind: Kind;
  /** What people call it: step, workflow, title of the ticket. */
  name: string;
  service: string | null;
  team: string | null;
  environment: string | null;
  status: Status | null;
  /** When a ticket was made, where it was begun later: between the two it waited. */
  createdAt?: string | undefined;
  startedAt: string | null;
  finishedAt: string | null;
  /** When it happened, also where neither start nor finish is known. */
  occurredAt: string;
  source: string;
  url: string | null;
  /** Where it leads to, within this trace. */
  links: readonly SpanLink[];
}

/** A place in production from where what was brought there was taken away since. */
export interface TakenBackFrom {
  service: string | null;
  environment: string | null;
  /** When; `null` = not known. */
  at: string | null;
  /** The change or commit that reverted it; `null` = another deployment did, as a rollback. */
  by: string | null;
}

export interface Trace {
  /** W3C trace id, 32 hex. */
  traceId: string;
  /** Parents before their children; siblings by start. */
  spans: readonly Span[];
  /** Ids of the spans that the end waited for, in the order of time. */
  criticalPath: readonly string[];
  /** There is more than was gathered. */
  truncated: boolean;
  /** Where something was: only looked up for who asks for a trace by its command. */
  takenBack?: readonly TakenBackFrom[] | undefined;
}
