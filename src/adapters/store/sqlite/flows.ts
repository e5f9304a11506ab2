/** Reads what stays open for days, and how it moved. */
import { compareTransitions } from "../../../domain/fold.ts";
import { foldName } from "../../../domain/fold-name.ts";
import type { Flows, LastingFilter } from "../../../ports/flow.ts";
import { ACTIVITY_COLUMNS, blobToId, idToBlob, parseStored, type ReadContext, shown } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { eachOnce, type Observed, toTransition } from "./transitions.ts";

const COLUMNS = ACTIVITY_COLUMNS.split(", ")
  .map((column) => `a.${column}`)
  .join(", ");
const FROM = "FROM lasting l JOIN activity a ON a.n = l.n";
/** Transitions of one activity that are read; a ticket that moved more often is no ticket. */
const MOST_MOVES = 1000;

/** @param ready called before each read: takes in what is new. @param context how activities are shown now */
export function flowsOf(db: Connection, ready: () => void, context: (nowMs: number) => ReadContext): Flows {
  const ids = (rows: readonly Row[]): string[] => rows.map((row) => blobToId(row["id"]));
  return {
    lasting: (filter, limit, nowMs) => {
      ready();
      const open = select(db, filter, "l.ended_ms IS NULL", [], limit + 1);
      const since = filter.endedSinceMs;
      const ended =
        since === undefined || open.length > limit
          ? []
          : select(db, filter, "l.ended_ms >= ?", [since], limit + 1 - open.length);
      const rows = [...open, ...ended];
      // Work that waits for days is not given up.
      const patient = { ...context(nowMs), abandonAfterMs: Number.POSITIVE_INFINITY };
      return {
        items: rows.slice(0, limit).map((row) => shown(parseStored(row), patient)),
        truncated: rows.length > limit,
      };
    },
    transitions: (id) => {
      ready();
      const rows = db.all(
        `SELECT t.key, e.body FROM activity a JOIN transition t ON t.n = a.n JOIN event e ON e.seq = t.seq
          WHERE a.id = ? ORDER BY t.seq LIMIT ${MOST_MOVES}`,
        idToBlob(id),
      );
      const all = rows.map((row) =>
        toTransition(JSON.parse(row["body"] as string) as Observed, row["key"] as string),
      );
      return eachOnce(all).sort(compareTransitions);
    },
    named: (kind, name) => {
      ready();
      const folded = foldName(name);
      const column = /^https?:/.test(folded) ? "url" : "name";
      return ids(
        db.all(
          `SELECT a.id ${FROM} WHERE l.kind = ? AND l.${column} = ? ORDER BY l.occurred_ms DESC LIMIT 10`,
          kind,
          folded.replace(/^[#!]/, ""),
        ),
      );
    },
    children: (id) => {
      ready();
      return ids(
        db.all(
          `SELECT a.id ${FROM} WHERE l.parent = ? AND l.kind = 'ticket' ORDER BY l.occurred_ms, a.id LIMIT 500`,
          idToBlob(id),
        ),
      );
    },
  };
}

function select(
  db: Connection,
  { kind, service, team }: LastingFilter,
  state: string,
  params: readonly number[],
  limit: number,
): Row[] {
  const where = ["l.kind = ?", state];
  const given: Array<string | number> = [kind, ...params];
  if (service !== undefined) {
    where.splice(1, 0, "l.service = ?");
    given.splice(1, 0, service);
  }
  if (team !== undefined) {
    where.push("l.team = ?");
    given.push(team);
  }
  return db.all(
    `SELECT ${COLUMNS} ${FROM} WHERE ${where.join(" AND ")} ORDER BY l.occurred_ms DESC LIMIT ?`,
    ...given,
    limit,
  );
}
