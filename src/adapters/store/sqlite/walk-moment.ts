/** Fixes the moment of a walk by cursor: what came into the log later is not part of it, and what moved is not shown twice. */
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import { fold } from "../../../domain/fold.ts";
import { correct, readCorrections } from "./activity-row.ts";
import { blobToId } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { eachOnce, toTransition, transitionKey } from "./transitions.ts";

/** Where the page before ended, and the newest event of the walk. */
export interface WalkCursor {
  /** `occurred_ms` of the last row looked at. */
  ms: number;
  id: string;
  seq: number;
}

/** Number of the newest event. */
export const headSeq = (db: Connection): number =>
  Number(db.get("SELECT max(seq) AS seq FROM event")?.["seq"] ?? 0);

/** @returns whether this row is out of the walk: it came later, or stood before the cursor when the walk began */
export function passedOf(db: Connection, cursor: WalkCursor | null): (row: Row) => boolean {
  if (cursor === null || headSeq(db) === cursor.seq) return () => false;
  return (row) => {
    const { first, last } = span(
      db,
      "SELECT min(seq) AS first, max(seq) AS last FROM transition WHERE n = ?",
      row["n"] as number,
    );
    if (first === null) return false;
    if (first > cursor.seq) return true;
    const corrected = span(
      db,
      "SELECT min(seq) AS first, max(seq) AS last FROM correction WHERE id = ?",
      row["id"] as Uint8Array,
    );
    if (Math.max(last ?? 0, corrected.last ?? 0) <= cursor.seq) return false;
    const thenMs = occurredThen(db, row, cursor.seq);
    return thenMs > cursor.ms || (thenMs === cursor.ms && blobToId(row["id"]) >= cursor.id);
  };
}

function span(
  db: Connection,
  sql: string,
  key: number | Uint8Array,
): { first: number | null; last: number | null } {
  const row = db.get(sql, key);
  return { first: (row?.["first"] as number | null) ?? null, last: (row?.["last"] as number | null) ?? null };
}

/** Its time by what was known then. */
function occurredThen(db: Connection, row: Row, seq: number): number {
  const [n, id] = [row["n"] as number, row["id"] as Uint8Array];
  const told = events(
    db,
    "SELECT e.body FROM transition t JOIN event e ON e.seq = t.seq WHERE t.n = ? AND t.seq <= ?",
    n,
    seq,
  );
  const observed = told.filter((event) => isEvent(event, "vice.activity.observed.v1"));
  const transitions = eachOnce(observed.map((event) => toTransition(event, transitionKey(event.data))));
  const object = observed[0]?.data.object;
  if (object === undefined) return row["occurred_ms"] as number;
  const corrections = events(
    db,
    "SELECT e.body FROM correction c JOIN event e ON e.seq = c.seq WHERE c.id = ? AND c.seq <= ? ORDER BY c.seq",
    id,
    seq,
  );
  return Date.parse(correct(fold(object, transitions, ""), readCorrections(corrections)).occurredAt);
}

const events = (db: Connection, sql: string, key: number | Uint8Array, seq: number): LogEvent[] =>
  db.all(sql, key, seq).map((row) => JSON.parse(row["body"] as string) as LogEvent);
