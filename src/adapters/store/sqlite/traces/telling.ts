/** What is told to others as a facet of the store: a slice of the log with its activities, their parents and what led to them, by a few statements. */
import type { Activity } from "../../../../domain/activity.ts";
import type { Telling, Told } from "../../../../ports/telling.ts";
import { type ReadContext, readActivity } from "../codec.ts";
import type { Connection } from "../connection.ts";
import { causesOfBatch, type Numbered } from "./causes-of-batch.ts";

interface Parts {
  db: Connection;
  context: (nowMs: number) => ReadContext;
  catchUp: () => void;
}

const EVENTS = `SELECT seq, CASE WHEN body ->> '$.type' IN ('vice.activity.observed.v1', 'vice.activity.amended.v1')
  THEN body ->> '$.subject' END AS subject FROM event WHERE seq > ? ORDER BY seq LIMIT ?`;
// Without the id, which the document holds: byte arrays cost more than all else.
const COLUMNS = "n, doc, actor, primary_id, deployment_kind, start_ms, occurred_ms";
const BY_IDS = `SELECT ${COLUMNS} FROM (SELECT key AS at, unhex(value) AS asked FROM json_each(?))
  CROSS JOIN activity ON id = asked ORDER BY at`;
const TRACES = `SELECT j.value AS id, lower(hex(s.trace)) AS trace FROM json_each(?) j
  CROSS JOIN activity a ON a.id = unhex(j.value) CROSS JOIN span s ON s.n = a.n`;

const hexOf = (id: string): string => id.replaceAll("-", "");

export const tellingOf = ({ db, context, catchUp }: Parts): Telling => ({
  after: (after, most, isWanted, nowMs) => {
    catchUp();
    const events = db.all(EVENTS, after, most);
    const seq = events.at(-1)?.["seq"] as number | undefined;
    if (seq === undefined) return null;
    const subjects = new Set(events.flatMap(({ subject }) => (subject === null ? [] : [subject as string])));
    const batch = activitiesOf(db, [...subjects], context(nowMs)).filter(({ activity }) =>
      isWanted(activity),
    );
    return { items: toldOf(db, batch, context(nowMs)), seq };
  },
});

const activitiesOf = (db: Connection, ids: readonly string[], context: ReadContext): Numbered[] =>
  ids.length === 0
    ? []
    : db
        .all(BY_IDS, JSON.stringify(ids.map(hexOf)))
        .map((row) => ({ n: row["n"] as number, activity: readActivity(row, context) }));

function toldOf(db: Connection, batch: readonly Numbered[], context: ReadContext): Told[] {
  const traceOf = parentTraces(
    db,
    batch.map(({ activity }) => activity),
  );
  const causes = causesOfBatch(db, batch, context);
  return batch.map(({ n, activity }) => ({
    activity,
    parentTraceId: traceOf(activity.parentId),
    causes: (causes.get(n) ?? []).map(({ activity: { id, traceId }, link }) => ({ id, traceId, link })),
  }));
}

function parentTraces(db: Connection, batch: readonly Activity[]): (id: string | null) => string | null {
  const known = new Map(batch.map(({ id, traceId }) => [id, traceId]));
  const wanted = new Set(batch.flatMap(({ parentId }) => parentId ?? []));
  const others = [...wanted].filter((id) => !known.has(id));
  const byHex = new Map(others.map((id) => [hexOf(id), id]));
  const rows = others.length === 0 ? [] : db.all(TRACES, JSON.stringify([...byHex.keys()]));
  for (const { id, trace } of rows) known.set(byHex.get(id as string) ?? "", trace as string);
  return (id) => (id === null ? null : (known.get(id) ?? null));
}
