/** Port: traces, read from the links between activities. */
import type { Activity, Kind, Status, Tier } from "../domain/activity.ts";
import type { Link } from "../domain/trace/join.ts";
import type { Trace } from "../domain/trace/span.ts";
import type { WrittenJson } from "../kit/written-json.ts";

/** An activity at the other end of a link. */
export interface Linked {
  activity: Activity;
  link: Link;
}

/** A link that a person cut: it is not followed. */
export interface CutLink {
  from: string;
  to: string;
  reason: string;
  at: string;
  actor: string | null;
}

export interface Links {
  /** What led to it: parent, change, ticket, build. */
  causes: Linked[];
  /** What it led to. */
  effects: Linked[];
  cut: CutLink[];
}

/** What an activity is; a trace is found by one that it holds. */
export interface TraceFilter {
  /** Whose traces: those that hold an activity of it. */
  service?: string | undefined;
  team?: string | undefined;
  environment?: string | undefined;
  tier?: Tier | undefined;
  kind?: Kind | undefined;
  source?: string | undefined;
  status?: Status | undefined;
  /** Only those that took at least this long, in milliseconds. */
  slowerThanMs?: number | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
}

/** How often work went from one place to another: service, tool and team at both ends. */
export interface Connection {
  from: Place;
  to: Place;
  count: number;
}

export interface Place {
  service: string | null;
  source: string;
  team: string | null;
}

export interface Traces {
  /**
   * Activities with that trace id and what is reached from them: down to what they led to, up to what led to them, never
   * down again from there; so that what was deployed together is not one piece of work.
   * @param id a trace id, an activity's id or the unique start of one; a whole sha, `SHOP-12`, `#15`, `group/app!15` or the
   * address of a change or a ticket
   * @throws ViceError `not-found`, `input.invalid` when several are called that
   */
  trace(id: string, nowMs: number): Trace;
  /** The same, written as JSON: for who hands it on. */
  written(id: string, nowMs: number): WrittenJson<Trace>;
  /** @throws ViceError `not-found` */
  links(id: string, nowMs: number): Links;
  /** What led to an activity, by its whole id; none for one that is not known. */
  causes(id: string, nowMs: number): Linked[];
  /** Over the newest `most` activities since a moment. */
  connections(sinceMs: number, most: number): Promise<Connection[]>;
}
