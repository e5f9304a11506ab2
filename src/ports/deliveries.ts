/** What was received, byte by byte, and the counts of it; a facet of the store. */
import type { Page } from "./page.ts";

/** One request (or spool line) exactly as it was received. */
export interface NewDelivery {
  id: string;
  source: string;
  instance: string;
  /** The vendor's delivery id; `null` = none, then the body alone decides. */
  headerId: string | null;
  bodySha256: string;
  /** What makes it the same delivery again, beside the header id: SHA-256 (hex) of the body as it was sent. */
  seenSha256: string;
  receivedAt: string;
  verified: boolean;
  outcome: "accepted" | "ignored" | "unmapped";
  reason: string | null;
  contentType: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** A stored delivery. `body` is `null` when retention dropped it. */
export interface StoredDelivery extends Omit<NewDelivery, "body" | "seenSha256"> {
  body: Uint8Array | null;
  bytes: number;
  flagged: boolean;
}

export interface SourceStat {
  source: string;
  instance: string;
  accepted: number;
  duplicate: number;
  ignored: number;
  unmapped: number;
  rejected: number;
  unverified: number;
  lastDeliveryAt: string | null;
  lastOutcome: string | null;
  lastRejection: { at: string; reason: string } | null;
}

export interface DeliveryFilter {
  source?: string | undefined;
  instance?: string | undefined;
  outcome?: string | undefined;
}

/** What `reprocess` has to know of a delivery. */
export interface ReprocessState {
  n: number;
  generation: number;
  events: { fromSeq: number; toSeq: number } | null;
}

/** Raw deliveries, and the counts of what came. */
export interface Deliveries {
  get(id: string): StoredDelivery | null;
  /** Newest first, without bodies. */
  list(filter: DeliveryFilter, limit: number, cursor: string | null): Page<Omit<StoredDelivery, "body">>;
  /** Oldest first after number `after`, with bodies, for `reprocess`. */
  walk(filter: DeliveryFilter, after: number, limit: number): Array<StoredDelivery & ReprocessState>;
  stats(): SourceStat[];
  /** Counts deliveries that were refused; nothing of them is stored. Written in bundles. */
  rejected(source: string, instance: string, reason: string, atMs: number): void;
  /** Forgets raw bodies received before a moment, in small transactions. @returns how many */
  dropBodies(beforeMs: number): Promise<number>;
}
