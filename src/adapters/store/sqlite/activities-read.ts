/** Reads history: keyset pages newest first, each filter on its own index, others within a row budget. */

import type { Activity } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { ViceError } from "../../../kit/errors.ts";
import type { Page } from "../../../ports/page.ts";
import type { ActivityFilter } from "../../../ports/read-models.ts";
import { ACTIVITY_COLUMNS, blobToId, idToBlob, type ReadContext, readActivity } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { headSeq, passedOf, type WalkCursor } from "./walk-moment.ts";

/** Rows looked at for one page when a filter has no index: the page then ends early and hands on a cursor. */
const ROW_BUDGET = 20_000;

const encode = ({ ms, id, seq }: WalkCursor): string =>
  Buffer.from(`${ms}.${id}.${seq}`).toString("base64url");

function decode(text: string): WalkCursor {
  const [ms, id, seq] = Buffer.from(text, "base64url").toString().split(".");
  const cursor = { ms: Number(ms), id: id ?? "", seq: Number(seq) };
  if (
    !Number.isSafeInteger(cursor.ms) ||
    !Number.isSafeInteger(cursor.seq) ||
    !/^[0-9a-f-]{36}$/.test(cursor.id)
  ) {
    throw new ViceError("input.invalid", {
      message: "The cursor is not one that this server gave.",
      hint: "Start again without cursor.",
    });
  }
  return cursor;
}

interface Plan {
  where: string[];
  params: Array<string | number | Uint8Array>;
  index: string;
}

/** Written as in the index, so that SQLite knows it again. */
const JUDGED = "kind IN ('incident', 'check')";
const isJudged = ({ kind }: ActivityFilter): boolean => kind === "incident" || kind === "check";

/** Index by filter, most selective first; each ends with (occurred_ms, id). `restOf` checks the filters that are left. */
function plan(filter: ActivityFilter, dep: 0 | 1): Plan {
  const made: Plan = { where: ["dep = ?"], params: [dep], index: "activity_time" };
  const { service, environment, source, status } = filter;
  const use = (column: string, value: string): void => {
    made.where.push(`${column} = ?`);
    made.params.push(value);
  };
  const key = environment === undefined ? undefined : foldName(environment);
  if (service !== undefined && key === undefined && isJudged(filter)) {
    made.index = "activity_judged";
    made.where.push(JUDGED);
    use("service", service);
    use("kind", filter.kind ?? "");
  } else if (service !== undefined && key !== undefined) {
    made.index = "activity_place";
    use("service", service);
    use("environment", key);
  } else if (service !== undefined) {
    made.index = "activity_service";
    use("service", service);
  } else if (key !== undefined) {
    made.index = "activity_environment";
    use("environment", key);
  }
  for (const [column, value, name] of [
    ["status", storedStatus(status), "activity_status"],
    ["source", source, "activity_source"],
  ] as const) {
    if (value === undefined || made.index !== "activity_time") continue;
    made.index = name;
    use(column, value);
  }
  return made;
}

/** Whether something was abandoned depends on the moment of reading. */
const storedStatus = (status: string | undefined): string | undefined =>
  status === "abandoned" ? undefined : status;

/** Checked on every row that is looked at, so that each of them counts against the budget. */
function restOf(filter: ActivityFilter, persons: (word: string) => string[]): Array<(row: Row) => boolean> {
  const rest: Array<(row: Row) => boolean> = [];
  const { kind, team, tier, instance, actor, source } = filter;
  const status = storedStatus(filter.status);
  if (source !== undefined) rest.push((row) => row["source"] === source);
  if (status !== undefined) rest.push((row) => row["status"] === status);
  if (kind !== undefined) rest.push((row) => row["kind"] === kind);
  if (team !== undefined) rest.push((row) => row["team"] === team);
  if (tier !== undefined) rest.push((row) => row["tier"] === tier);
  if (instance !== undefined) rest.push((row) => row["instance"] === instance);
  if (filter.includeExcluded !== true) rest.push((row) => row["excluded"] === null);
  if (actor !== undefined) {
    const wanted = new Set(persons(actor));
    rest.push((row) => typeof row["actor"] === "string" && wanted.has(row["actor"]));
  }
  return rest;
}

/** Only the columns that are looked at: each costs as much as a small document. */
function selectFor(filter: ActivityFilter): string {
  const asked = (["kind", "team", "tier", "instance", "source", "status"] as const).filter(
    (column) => filter[column] !== undefined,
  );
  const columns = filter.includeExcluded === true ? asked : [...asked, "excluded"];
  return `SELECT ${[ACTIVITY_COLUMNS, ...columns].join(", ")} FROM activity`;
}

/**
 * @param limit at least 1
 * @throws ViceError `input.invalid` for a cursor that is none
 */
export function readActivities(
  db: Connection,
  filter: ActivityFilter,
  limit: number,
  cursorText: string | null,
  context: ReadContext,
  persons: (word: string) => string[],
): Page<Activity> {
  const cursor = cursorText === null ? null : decode(cursorText);
  const rest = restOf(filter, persons);
  const deps: Array<0 | 1> = filter.kind === "deployment" ? [1] : filter.kind === undefined ? [0, 1] : [0];
  const seq = cursor?.seq ?? headSeq(db);
  const passed = passedOf(db, cursor);
  const streams = deps.map((dep) => walk(db, filter, dep, cursor, limit));
  const items: Activity[] = [];
  let looked = 0;
  let last: Row | null = null;
  const heads = streams.map((stream) => stream.next());
  while (items.length < limit && looked < ROW_BUDGET) {
    const at = newest(heads);
    const row = at === -1 ? undefined : (heads[at]?.value as Row | undefined);
    if (row === undefined) return { items, next: null };
    heads[at] = streams[at]?.next() as IteratorResult<Row>;
    looked += 1;
    last = row;
    if (!rest.every((test) => test(row)) || passed(row)) continue;
    const activity = readActivity(row, context);
    if (filter.status !== undefined && activity.status !== filter.status) continue;
    items.push(activity);
  }
  const more = heads.some((head) => head.done !== true);
  for (const stream of streams) stream.return?.(undefined);
  if (!more || last === null) return { items, next: null };
  return { items, next: encode({ ms: last["occurred_ms"] as number, id: blobToId(last["id"]), seq }) };
}

function newest(heads: ReadonlyArray<IteratorResult<Row>>): number {
  let best = -1;
  heads.forEach((head, at) => {
    if (head.done === true) return;
    const other = best === -1 ? undefined : (heads[best]?.value as Row);
    if (other === undefined || isNewer(head.value, other)) best = at;
  });
  return best;
}

function isNewer(a: Row, b: Row): boolean {
  const [aMs, bMs] = [a["occurred_ms"] as number, b["occurred_ms"] as number];
  return aMs > bMs || (aMs === bMs && blobToId(a["id"]) > blobToId(b["id"]));
}

/** Rows of one class in order, in chunks, so that no statement stays open between requests. */
function* walk(
  db: Connection,
  filter: ActivityFilter,
  dep: 0 | 1,
  cursor: WalkCursor | null,
  limit: number,
): Generator<Row, undefined> {
  const { where, params, index } = plan(filter, dep);
  if (filter.sinceMs !== undefined) {
    where.push("occurred_ms >= ?");
    params.push(filter.sinceMs);
  }
  if (filter.untilMs !== undefined) {
    where.push("occurred_ms < ?");
    params.push(filter.untilMs);
  }
  let from: { ms: number; id: Uint8Array } | null =
    cursor === null ? null : { ms: cursor.ms, id: idToBlob(cursor.id) };
  const select = selectFor(filter);
  let chunk = limit + 1;
  for (;;) {
    const after = from === null ? [] : ["(occurred_ms, id) < (?, ?)"];
    const bounds = [...where, ...after].join(" AND ");
    const sql = `${select} INDEXED BY ${index} WHERE ${bounds} ORDER BY occurred_ms DESC, id DESC LIMIT ?`;
    const rows = db.all(sql, ...params, ...(from === null ? [] : [from.ms, from.id]), chunk);
    yield* rows;
    const tail = rows.at(-1);
    if (rows.length < chunk || tail === undefined) return undefined;
    from = { ms: tail["occurred_ms"] as number, id: tail["id"] as Uint8Array };
    chunk = Math.max(limit + 1, Math.min(chunk * 4, 1000));
  }
}
