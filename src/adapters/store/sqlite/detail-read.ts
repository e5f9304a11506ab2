/** Reads one activity whole: its transitions, the deliveries behind it, and what people corrected. */
import type { EventData, LogEvent } from "../../../domain/event.ts";
import { compareTransitions } from "../../../domain/fold.ts";
import type { StoredTransition } from "../../../domain/transition.ts";
import type { StoredDelivery } from "../../../ports/deliveries.ts";
import type { ActivityDetail } from "../../../ports/read-models.ts";
import { ACTIVITY_COLUMNS, idToBlob, type ReadContext, readActivity } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { eachOnce, type Observed, toTransition } from "./transitions.ts";

export function readDetail(db: Connection, id: string, context: ReadContext): ActivityDetail | null {
  const row = db.get(`SELECT ${ACTIVITY_COLUMNS}, excluded FROM activity WHERE id = ?`, idToBlob(id));
  if (row === undefined) return null;
  const n = row["n"] as number;
  const events = db.all(
    "SELECT t.key, e.body FROM transition t JOIN event e ON e.seq = t.seq WHERE t.n = ? ORDER BY t.seq LIMIT 1000",
    n,
  );
  const all = events.map((each) => transition(each, context));
  const transitions = eachOnce(all).sort(compareTransitions);
  const deliveryIds = [...new Set(all.map((each) => each.deliveryId).filter((each) => each !== null))];
  return {
    activity: readActivity(row, context),
    transitions,
    deliveries: deliveryIds
      .map((delivery) => readDelivery(db, delivery))
      .filter((delivery) => delivery !== null),
    history: corrections(db, id),
    excluded: row["excluded"] as string | null,
  };
}

function transition(row: Row, context: ReadContext): StoredTransition {
  const stored = toTransition(JSON.parse(row["body"] as string) as Observed, row["key"] as string);
  const { facts } = stored;
  const actor = facts.actor?.login ? context.person(facts.actor.login) : null;
  return facts.actor ? { ...stored, facts: { ...facts, actor } } : stored;
}

const HISTORY = {
  "vice.activity.amended.v1": "amended",
  "vice.activity.voided.v1": "voided",
  "vice.activity.restored.v1": "restored",
} as const;

function corrections(db: Connection, id: string): ActivityDetail["history"] {
  const rows = db.all(
    "SELECT e.body FROM correction c JOIN event e ON e.seq = c.seq WHERE c.id = ? ORDER BY c.seq",
    idToBlob(id),
  );
  return rows.map((row) => {
    const event = JSON.parse(row["body"] as string) as LogEvent<keyof typeof HISTORY>;
    const data = event.data as EventData[keyof typeof HISTORY];
    return { type: HISTORY[event.type], at: event.time, actor: event.actor, reason: data.reason };
  });
}

const DELIVERY =
  "id, source, instance, header_id, received_ms, verified, outcome, reason, flagged, content_type, headers, sha256, bytes, body";

export function readDelivery(db: Connection, id: string): StoredDelivery | null {
  const row = db.get(`SELECT ${DELIVERY} FROM delivery WHERE id = ?`, id);
  return row === undefined ? null : toDelivery(row);
}

export function toDelivery(row: Row): StoredDelivery {
  return {
    id: row["id"] as string,
    source: row["source"] as string,
    instance: row["instance"] as string,
    headerId: row["header_id"] as string | null,
    bodySha256: Buffer.from(row["sha256"] as Uint8Array).toString("hex"),
    receivedAt: new Date(row["received_ms"] as number).toISOString(),
    verified: row["verified"] === 1,
    outcome: row["outcome"] as StoredDelivery["outcome"],
    reason: row["reason"] as string | null,
    contentType: row["content_type"] as string,
    headers: JSON.parse(row["headers"] as string) as Record<string, string>,
    body: (row["body"] as Uint8Array | null) ?? null,
    bytes: row["bytes"] as number,
    flagged: row["flagged"] === 1,
  };
}
