/** Finds traces by what one of their activities is. */
import { nameOf } from "../../../../domain/trace/name-of.ts";
import { ViceError } from "../../../../kit/errors.ts";
import type { Page } from "../../../../ports/page.ts";
import type { FoundTrace, TraceFilter } from "../../../../ports/traces.ts";
import { ACTIVITY_COLUMNS, keyOf, type ReadContext, readActivity } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";
import { Gathering } from "./gather.ts";

/** Activities that are looked at for one page: where few of them fit, it ends early and hands on a cursor. */
const MOST_LOOKED_AT = 20_000;
const LARGEST_CHUNK = 5000;

/** What hangs together with one that was found is not found a second time; of the longest, what is nearest. */
const MOST_TOGETHER = 300;
/** Of a longer page, as a program asks for, only the first ones: to gather a thousand would hold everybody up. */
const MOST_GATHERED = 100;

type Condition = [sql: string, ...values: Array<string | number | Uint8Array>];

const made = (sql: string, value: string | number | undefined): Condition[] =>
  value === undefined ? [] : [[sql, value]];

/** Found by an index: a service, an environment or both, else the tool. */
function indexed({ service, environment, source }: TraceFilter): Condition[] {
  const place = [
    ...made("service = ?", service),
    ...made("environment = ?", environment === undefined ? undefined : keyOf(environment)),
  ];
  return place.length > 0 ? place : made("source = ?", source);
}

/** Whether something was abandoned depends on the moment of reading. */
const statusIs = (status: TraceFilter["status"]): Condition[] =>
  status === "abandoned" ? [["status IN ('running', 'pending')"]] : made("status = ?", status);

/** Asked of each that is looked at. */
const others = ({ team, kind, source, status, slowerThanMs }: TraceFilter): Condition[] => [
  ...made("team = ?", team),
  ...made("kind = ?", kind),
  ...made("source = ?", source),
  ...statusIs(status),
  ...made("finish_ms - start_ms >= ?", slowerThanMs),
];

type Position = readonly [ms: number, id: Uint8Array];

/** The cursor is the moment and id of the last activity looked at. */
function readCursor(cursor: string): Position {
  const [ms, id = ""] = Buffer.from(cursor, "base64url").toString().split(".");
  if (!Number.isSafeInteger(Number(ms)) || !/^[0-9a-f]{32}$/.test(id))
    throw new ViceError("input.invalid", { what: "cursor", problem: "it is not one that vice gave" });
  return [Number(ms), Buffer.from(id, "hex")];
}

const positionOf = (row: Row): Position => [row["occurred_ms"] as number, row["id"] as Uint8Array];
function writeCursor(row: Row): string {
  const [ms, id] = positionOf(row);
  return Buffer.from(`${ms}.${Buffer.from(id).toString("hex")}`).toString("base64url");
}

const ONE = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE id = ?`;

export function searchTraces(
  db: Connection,
  context: ReadContext,
  filter: TraceFilter,
  limit: number,
  cursor: string | null,
): Page<FoundTrace> {
  const found = new Map<string, FoundTrace>();
  const known = new Set<string>();
  for (const { row, isLast } of lookAt(db, filter, cursor === null ? null : readCursor(cursor), limit)) {
    const activity =
      row["fits"] === 1 ? readActivity(db.get(ONE, row["id"] as Uint8Array) ?? {}, context) : null;
    const fits = activity !== null && (filter.status === undefined || activity.status === filter.status);
    if (fits && !found.has(activity.traceId) && !known.has(activity.id)) {
      found.set(activity.traceId, { traceId: activity.traceId, activity, name: nameOf(activity) });
      if (found.size > MOST_GATHERED) continue;
      for (const { id } of new Gathering(db, context, MOST_TOGETHER).from(activity.traceId).nodes)
        known.add(id);
    }
    if (isLast || found.size >= limit) return { items: [...found.values()], next: writeCursor(row) };
  }
  return { items: [...found.values()], next: null };
}

/** Newest first and without their documents, in growing chunks; the last one ends the page, as there may be more. */
function* lookAt(
  db: Connection,
  filter: TraceFilter,
  cursor: Position | null,
  limit: number,
): Generator<{ row: Row; isLast: boolean }, undefined> {
  let before = cursor;
  let left = MOST_LOOKED_AT;
  for (let size = limit + 1; ; size = Math.min(size * 8, LARGEST_CHUNK)) {
    const rows = chunkOf(db, filter, before, size);
    const tail = rows.at(-1);
    const isMore = tail?.["at"] === size;
    left -= size;
    for (const row of rows) yield { row, isLast: isMore && row === tail && left <= 0 };
    if (!isMore || tail === undefined) return undefined;
    before = positionOf(tail);
  }
}

/** Those that fit; of a whole chunk also the one at its end. */
function chunkOf(db: Connection, filter: TraceFilter, before: Position | null, size: number): Row[] {
  const { kind, sinceMs, untilMs } = filter;
  const where: Condition[] = [
    ...indexed(filter),
    ...made("occurred_ms >= ?", sinceMs),
    ...made("occurred_ms < ?", untilMs),
    ...(before === null ? [] : [["(occurred_ms, id) < (?, ?)", ...before] satisfies Condition]),
  ];
  const rest = others(filter);
  const sqlOf = (list: readonly Condition[]): string => list.map(([sql]) => `AND ${sql}`).join(" ");
  const values = [...rest, ...where].flatMap(([, ...given]) => given);
  const order = "ORDER BY occurred_ms DESC, id DESC LIMIT ?";
  const half = (dep: number): string => `SELECT * FROM (SELECT id, occurred_ms, (1 ${sqlOf(rest)}) AS fits
    FROM activity WHERE dep = ${dep} ${sqlOf(where)} ${order})`;
  // Each half comes from an index in the order of time; both at once would have to be sorted.
  const deps = kind === "deployment" ? [1] : kind === undefined ? [0, 1] : [0];
  const all = `${deps.map(half).join(" UNION ALL ")} ${order}`;
  const counted = `SELECT *, row_number() OVER (ORDER BY occurred_ms DESC, id DESC) AS at FROM (${all})`;
  return db.all(
    `SELECT * FROM (${counted}) WHERE fits = 1 OR at = ? ORDER BY at`,
    ...deps.flatMap(() => [...values, size]),
    ...[size, size],
  );
}
