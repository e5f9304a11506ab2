/** The append path: one synchronous function, one transaction, prepared statements only. */
import { hash } from "node:crypto";
import type { Actor } from "../../../domain/activity.ts";
import { personIn, withPersons } from "../../../domain/commits/mentions.ts";
import type { LogEvent, NewEvent } from "../../../domain/event.ts";
import { uuidv7 } from "../../../kit/ids.ts";
import type { NewDelivery } from "../../../ports/deliveries.ts";
import type { AppendItem, AppendResult, Change, LogHead } from "../../../ports/event-log.ts";
import type { Connection } from "./connection.ts";
import type { Persons } from "./persons.ts";
import { SourceCounts } from "./source-counts.ts";

export const GENESIS = "0".repeat(64);

/** What one append works with; `head` moves on as events are written. */
export interface AppendState {
  db: Connection;
  persons: Persons;
  head: LogHead;
  now: () => number;
}

/** Appends all items in one transaction. On any error nothing is written and `state.head` is as before. */
export function appendAll(
  state: AppendState,
  items: readonly AppendItem[],
): { results: AppendResult[]; changes: Change[] } {
  const changes: Change[] = [];
  const results = guarded(state, () => {
    const counts = new SourceCounts();
    const written = items.map((item) => appendItem(state, item, changes, counts));
    counts.write(state.db);
    return written;
  });
  return { results, changes };
}

/** Runs `body` in one transaction; when it fails, the head and the persons are as before. */
export function guarded<T>(state: AppendState, body: () => T): T {
  const before = state.head;
  try {
    return state.db.transaction(body);
  } catch (error) {
    state.head = before;
    state.persons.clear();
    throw error;
  }
}

function appendItem(
  state: AppendState,
  item: AppendItem,
  changes: Change[],
  counts: SourceCounts,
): AppendResult {
  const { delivery, events } = item;
  const nowMs = state.now();
  if (delivery === null) {
    const written = events.map((event) => appendEvent(state, event, nowMs));
    return { delivery: null, outcome: "accepted", reason: null, activities: ids(events), seq: last(written) };
  }
  const idKey = deliveryKey(delivery.source, delivery.instance, delivery.headerId);
  const sha256 = Buffer.from(delivery.seenSha256, "hex");
  const seen = state.db.get("SELECT n FROM delivery_seen WHERE id_key = ? AND sha256 = ?", idKey, sha256);
  if (seen !== undefined) return duplicate(state, delivery, seen["n"] as number, changes, counts);
  const flagged =
    delivery.headerId !== null &&
    state.db.get("SELECT 1 FROM delivery_seen WHERE id_key = ? LIMIT 1", idKey) !== undefined;
  const firstSeq = state.head.seq + 1;
  const toWrite = events.length > 0 ? events : [receivedEvent(delivery)];
  for (const event of toWrite) appendEvent(state, event, nowMs);
  const n = insertDelivery(state, delivery, flagged, firstSeq);
  state.db.run("INSERT INTO delivery_seen VALUES (?, ?, ?)", idKey, sha256, n);
  counts.add(delivery, delivery.outcome);
  changes.push({
    type: "source",
    seq: state.head.seq,
    source: delivery.source,
    instance: delivery.instance,
    outcome: delivery.outcome,
  });
  return {
    delivery: delivery.id,
    outcome: delivery.outcome,
    reason: delivery.reason,
    activities: ids(events),
    seq: state.head.seq,
  };
}

/** By what a delivery is known again, beside its body: 8 bytes of SHA-256(source, instance, header id). */
export const deliveryKey = (source: string, instance: string, headerId: string | null): Buffer =>
  Buffer.from(hash("sha256", `${source}\n${instance}\n${headerId ?? ""}`, "hex").slice(0, 16), "hex");

const ids = (events: readonly NewEvent[]): string[] => [
  ...new Set(
    events.filter((event) => event.type === "vice.activity.observed.v1").map((event) => event.subject ?? ""),
  ),
];

const last = (seqs: readonly number[]): number | null => seqs.at(-1) ?? null;

function receivedEvent(delivery: NewDelivery): NewEvent {
  const { source, instance, outcome, reason, verified } = delivery;
  return {
    type: "vice.delivery.received.v1",
    source: `/hooks/${source}/${instance}`,
    subject: delivery.id,
    time: delivery.receivedAt,
    data: { source, instance, outcome, reason, verified, generation: 0, supersedes: null },
    actor: null,
    traceparent: null,
    delivery: { id: delivery.id, sha256: delivery.bodySha256 },
  };
}

/** Persons get their pseudonym before the event is written. */
function pseudonymised(
  state: AppendState,
  event: NewEvent<"vice.activity.observed.v1">,
): NewEvent<"vice.activity.observed.v1"> {
  const { facts, object } = event.data;
  const { actor } = facts;
  if (actor === null || actor === undefined || (actor.login !== null && state.persons.isId(actor.login)))
    return event;
  const person = state.persons.intern(`${object.source}/${object.instance}`, actor);
  const named = person === null ? null : { name: null, login: person };
  return { ...event, data: { ...event.data, facts: { ...facts, actor: named } } };
}

/** Authors of commits too. Their scope is the delivery's source, so that an author and a doer of one login are one person. */
function withAuthorIds(
  { persons }: AppendState,
  event: NewEvent<"vice.commits.seen.v1">,
): NewEvent<"vice.commits.seen.v1"> {
  const scope = event.source.replace(/^\/hooks\//, "");
  const idOf = (actor: Actor): string | null =>
    actor.login !== null && persons.isId(actor.login) ? actor.login : persons.intern(scope, actor);
  const commits = event.data.commits.map((commit) => {
    const author = commit.author === null ? null : idOf(commit.author);
    // Lines such as Co-authored-by name persons too.
    const said = (person: string): string =>
      persons.isId(person) ? person : (idOf(personIn(person)) ?? person);
    return {
      ...commit,
      author: author === null ? null : { name: null, login: author },
      message: commit.message === null ? null : withPersons(commit.message, said),
    };
  });
  return { ...event, data: { ...event.data, commits } };
}

function withPersonIds(state: AppendState, event: NewEvent): NewEvent {
  if (event.type === "vice.activity.observed.v1")
    return pseudonymised(state, event as NewEvent<"vice.activity.observed.v1">);
  if (event.type === "vice.commits.seen.v1")
    return withAuthorIds(state, event as NewEvent<"vice.commits.seen.v1">);
  return event;
}

export function appendEvent(state: AppendState, given: NewEvent, nowMs: number): number {
  const event = withPersonIds(state, given);
  const seq = state.head.seq + 1;
  const logged: LogEvent = {
    specversion: "1.0",
    seq,
    id: uuidv7(nowMs),
    source: event.source,
    type: event.type,
    subject: event.subject,
    time: event.time,
    receivedAt: isoOf(nowMs),
    actor: event.actor,
    traceparent: event.traceparent,
    delivery: event.delivery,
    data: event.data,
  };
  const body = JSON.stringify(logged);
  const next = chain(state.head.hash, body);
  state.db.run("INSERT INTO event VALUES (?, ?, ?)", seq, body, Buffer.from(next, "hex"));
  state.head = { seq, hash: next };
  return seq;
}

let lastIso = { ms: 0, text: "" };

/** Whatever comes in one millisecond is written down once. */
function isoOf(ms: number): string {
  if (ms !== lastIso.ms) lastIso = { ms, text: new Date(ms).toISOString() };
  return lastIso.text;
}

/** The chain: SHA-256 of the previous hash (hex) and the event's body. */
export const chain = (previous: string, body: string): string => hash("sha256", previous + body, "hex");

function insertDelivery(
  state: AppendState,
  delivery: NewDelivery,
  flagged: boolean,
  firstSeq: number,
): number {
  const result = state.db
    .prepare(
      `INSERT INTO delivery (id, source, instance, header_id, received_ms, verified, outcome, reason, flagged, content_type,
       headers, sha256, bytes, body, first_seq, last_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      delivery.id,
      delivery.source,
      delivery.instance,
      delivery.headerId,
      Date.parse(delivery.receivedAt),
      delivery.verified ? 1 : 0,
      delivery.outcome,
      delivery.reason,
      flagged ? 1 : 0,
      delivery.contentType,
      JSON.stringify(delivery.headers),
      Buffer.from(delivery.bodySha256, "hex"),
      delivery.body.length,
      delivery.body,
      firstSeq,
      state.head.seq,
    );
  return Number(result.lastInsertRowid);
}

function duplicate(
  state: AppendState,
  delivery: NewDelivery,
  n: number,
  changes: Change[],
  counts: SourceCounts,
): AppendResult {
  const first = state.db.get("SELECT id, reason, first_seq, last_seq FROM delivery WHERE n = ?", n);
  counts.add(delivery, "duplicate");
  const { source, instance } = delivery;
  changes.push({ type: "source", seq: state.head.seq, source, instance, outcome: "duplicate" });
  const rows = state.db.all(
    "SELECT DISTINCT json_extract(body, '$.subject') AS subject FROM event WHERE seq BETWEEN ? AND ? AND json_extract(body, '$.type') = 'vice.activity.observed.v1'",
    (first?.["first_seq"] as number | null) ?? 0,
    (first?.["last_seq"] as number | null) ?? -1,
  );
  return {
    delivery: (first?.["id"] as string | undefined) ?? null,
    outcome: "duplicate",
    reason: "this delivery was received before",
    activities: rows.map((row) => row["subject"] as string),
    seq: null,
  };
}
