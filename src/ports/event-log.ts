/** The append-only log of facts, chained by hashes; a facet of the store. */
import type { Kind } from "../domain/activity.ts";
import type { LogEvent, NewEvent } from "../domain/event.ts";
import type { NewDelivery } from "./deliveries.ts";

/** What is appended together: at most one delivery and the events that it gave. All or nothing. */
export interface AppendItem {
  delivery: NewDelivery | null;
  events: readonly NewEvent[];
}

export interface AppendResult {
  /** The id of the delivery as stored, also when this one was a duplicate of it. */
  delivery: string | null;
  outcome: "accepted" | "duplicate" | "ignored" | "unmapped";
  reason: string | null;
  /** Ids of the activities concerned. */
  activities: string[];
  /** `seq` of the last event written; `null` when nothing was new. */
  seq: number | null;
}

/** A change that readers may want to hear of. */
export type Change =
  | {
      type: "activity";
      seq: number;
      id: string;
      kind: Kind;
      service: string | null;
      environment: string | null;
      status: string | null;
      source: string;
      occurredAt: string;
    }
  | { type: "source"; seq: number; source: string; instance: string; outcome: string }
  | { type: "names"; seq: number }
  /** What stands in the way of deployments, or what projects ask, is another one now. */
  | { type: "rules"; seq: number }
  /** A run of a pipeline, or one of its steps. */
  | { type: "run"; seq: number; id: string };

export interface LogHead {
  seq: number;
  /** Hex SHA-256 of the newest event, chained through all before it. */
  hash: string;
}

export type VerifyResult =
  | { ok: true; events: number; head: LogHead }
  | { ok: false; seq: number; problem: string; events: number; head: LogHead };

/** The log. `append` is synchronous and durable (fsync) when it returns. */
export interface EventLog {
  /** One transaction. @throws ViceError `store.unavailable` (disk full, read-only): nothing was written */
  append(items: readonly AppendItem[]): AppendResult[];
  /** Events after `seq`, oldest first, at most `limit`. */
  events(after: number, limit: number): LogEvent[];
  head(): LogHead;
  /** Recomputes the chain from `fromSeq`; calls `progress` now and then. */
  verify(expect: LogHead | null, progress: (share: number) => void): Promise<VerifyResult>;
  /** Called after each commit with what changed. @returns stop listening */
  onChange(listener: (changes: readonly Change[]) => void): () => void;
}
