/** Finds traces by what one of their activities is. */
import { nameOf } from "../../../../domain/trace/name-of.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { Page } from "../../../../ports/store.ts";
import type { FoundTrace, TraceFilter } from "../../../../ports/traces.ts";
import { ACTIVITY_COLUMNS, keyOf, type ReadContext, readActivity } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";
import { Gathering } from "./gather.ts";

/** Activities that are looked at for one page. */
const MOST_LOOKED_AT = 5000;

/** What hangs together with one that was found is not found a second time; of the longest, what is nearest. */
const MOST_TOGETHER = 300;

type Condition = [sql: string, value: string | number | undefined];

const conditions = (filter: TraceFilter): Condition[] => [
  ["service = ?", filter.service],
  ["team = ?", filter.team],
  ["environment = ?", filter.environment === undefined ? undefined : keyOf(filter.environment)],
  ["kind = ?", filter.kind],
  ["source = ?", filter.source],
  ["status = ?", filter.status === "abandoned" ? "running" : filter.status],
  ["finish_ms - start_ms >= ?", filter.slowerThanMs],
  ["occurred_ms >= ?", filter.sinceMs],
  ["occurred_ms < ?", filter.untilMs],
];

/** The cursor is the moment and number of the last activity looked at. */
function readCursor(cursor: string): [ms: number, n: number] {
  const [ms, n] = Buffer.from(cursor, "base64url").toString().split(".").map(Number);
  if (!Number.isSafeInteger(ms) || !Number.isSafeInteger(n))
    throw new ViceError("input.invalid", { what: "cursor", problem: "it is not one that vice gave" });
  return [ms as number, n as number];
}

const writeCursor = (row: Row): string =>
  Buffer.from(`${row["occurred_ms"]}.${row["n"]}`).toString("base64url");

export function searchTraces(
  db: Connection,
  context: ReadContext,
  filter: TraceFilter,
  limit: number,
  cursor: string | null,
): Page<FoundTrace> {
  const given = conditions(filter).filter((each): each is [string, string | number] => each[1] !== undefined);
  const before = cursor === null ? null : readCursor(cursor);
  const where = [...given.map(([sql]) => sql), ...(before === null ? [] : ["(occurred_ms, n) < (?, ?)"])];
  const order = "ORDER BY occurred_ms DESC, n DESC LIMIT ?";
  const params = [...given.map(([, value]) => value), ...(before ?? []), MOST_LOOKED_AT];
  // Each half comes from the index in this order; both at once would have to be sorted.
  const half = (dep: 0 | 1): string =>
    `SELECT * FROM (SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE ${[`dep = ${dep}`, ...where].join(" AND ")} ${order})`;
  const rows = db.all(`${half(0)} UNION ALL ${half(1)} ${order}`, ...params, ...params, MOST_LOOKED_AT);
  const found = new Map<string, FoundTrace>();
  const known = new Set<string>();
  let last: Row | null = null;
  for (const row of rows) {
    if (found.size >= limit) break;
    last = row;
    const activity = readActivity(row, context);
    if (filter.status !== undefined && activity.status !== filter.status) continue;
    if (found.has(activity.traceId) || known.has(activity.id)) continue;
    found.set(activity.traceId, { traceId: activity.traceId, activity, name: nameOf(activity) });
    for (const { id } of new Gathering(db, context, MOST_TOGETHER).from(activity.traceId).nodes)
      known.add(id);
  }
  const isMore = last !== null && (last !== rows.at(-1) || rows.length === MOST_LOOKED_AT);
  return { items: [...found.values()], next: isMore && last !== null ? writeCursor(last) : null };
}
