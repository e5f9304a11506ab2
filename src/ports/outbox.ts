/** Port: what waits to be handed to others, durable in the store; at least once, in order for each channel. */

export const OUTBOX_STATES = ["waiting", "delivered", "given-up"] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

export interface NewOutboxRow {
  /** The same for the same thing, whoever puts it in and how often: the other side may know it by this id too. */
  id: string;
  channel: string;
  /** JSON. */
  payload: unknown;
}

export interface OutboxRow extends NewOutboxRow {
  /** Place in the order of its channel. */
  n: number;
  /** `null` once it is delivered: nothing is kept longer than it is needed. */
  payload: unknown;
  /** When it was put in, or when somebody asked to begin anew (milliseconds since 1970). */
  sinceMs: number;
  dueMs: number;
  attempts: number;
  lastError: string | null;
  state: OutboxState;
  /** When it came into this state, or was tried last. */
  atMs: number;
}

export interface ChannelState {
  channel: string;
  waiting: number;
  givenUp: number;
  /** Of those that are still known. */
  lastDeliveredMs: number | null;
  /** Of the first that waits, when it was tried. */
  failing: { sinceMs: number; attempts: number; problem: string; dueMs: number } | null;
}

export interface Outbox {
  /**
   * Puts in what is not there yet (by id and channel), and how far a follower of the log has come: all or nothing.
   * @returns those that are new. @throws ViceError `store.unavailable`
   */
  put(
    rows: readonly NewOutboxRow[],
    nowMs: number,
    checkpoint?: { follower: string; seq: number },
  ): NewOutboxRow[];
  /** `null` = it never followed. */
  checkpoint(follower: string): number | null;
  /** Whether one of these ids was put in for any channel. */
  knows(ids: readonly string[]): boolean;
  /** The first that waits, due or not: what is behind it waits too. */
  head(channel: string): OutboxRow | null;
  /** Channels whose first one is due. */
  due(nowMs: number): string[];
  /** What became of an attempt. */
  settle(
    row: Pick<OutboxRow, "n">,
    outcome: { state: OutboxState; dueMs: number; error: string | null },
    nowMs: number,
  ): void;
  /** Oldest first. */
  list(
    filter: { channel?: string | undefined; states: readonly OutboxState[]; ids?: readonly string[] },
    limit: number,
  ): OutboxRow[];
  /** Everything that waits or was given up is due now and counts as new. @returns how many */
  retry(channel: string | null, nowMs: number): number;
  /** Forgets what was given up. @returns how many */
  drop(channel: string | null): number;
  channels(): ChannelState[];
  /** Forgets what ended before. */
  forget(deliveredBeforeMs: number, givenUpBeforeMs: number): void;
}
