/** The spool record: what the wrapper writes to disk for somebody else to deliver. Written down once, here. */

/** Start of a local activity; `id` is a UUIDv7 made by the client. Times are ISO 8601 UTC. */
export interface SpoolStart {
  v: 1;
  op: "start";
  id: string;
  at: string;
  /** A kind of the normal form, or any other word: it becomes an `action` with `tags.type`. */
  kind: string;
  name?: string | null;
  service?: string | null;
  environment?: string | null;
  version?: string | null;
  parentId?: string | null;
  /** W3C trace id, 32 hex, when one was handed in by TRACEPARENT. */
  traceId?: string | null;
  tags?: Record<string, string>;
  actor?: { name: string | null; login: string | null } | null;
}

/** Facts found after the child was started: they never delay it. */
export interface SpoolFacts {
  v: 1;
  op: "facts";
  id: string;
  at: string;
  commitSha?: string | null;
  ref?: string | null;
  repository?: string | null;
  url?: string | null;
  /** Only when the start record could not say it (no USER in the environment). */
  actor?: { name: string | null; login: string | null } | null;
  tags?: Record<string, string>;
}

export interface SpoolEnd {
  v: 1;
  op: "end";
  id: string;
  at: string;
  status: "succeeded" | "failed" | "canceled";
  error?: string | null;
  exitCode?: number | null;
  durationMs?: number | null;
  tags?: Record<string, string>;
}

/** One line of the spool: JSON of at most 4 KiB. */
export type SpoolRecord = SpoolStart | SpoolFacts | SpoolEnd;

export const SPOOL_LINE_BYTES = 4096;
