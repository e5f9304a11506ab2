/** Finds activities by what they are, in the order of time: where the search for pieces of work begins. */

import { isAbandoned } from "../../../../domain/activity.ts";
import { foldName } from "../../../../domain/fold-name.ts";
import type { TraceFilter } from "../../../../ports/traces.ts";
import type { ReadContext } from "../codec.ts";
import type { Connection, Row } from "../connection.ts";
import type { TiedNode } from "./tied-nodes.ts";

type Condition = [sql: string, ...values: Array<string | number | Uint8Array>];

const made = (sql: string, value: string | number | undefined): Condition[] =>
  value === undefined ? [] : [[sql, value]];

/** Found by an index: a service, an environment or both, else the tool. */
function indexed({ service, environment, source }: TraceFilter): Condition[] {
  const place = [
    ...made("service = ?", service),
    ...made("environment = ?", environment === undefined ? undefined : foldName(environment)),
  ];
  return place.length > 0 ? place : made("source = ?", source);
}

/** Whether something was abandoned depends on the moment of reading. */
const statusIs = (status: TraceFilter["status"]): Condition[] =>
  status === "abandoned" ? [["status IN ('running', 'pending')"]] : made("status = ?", status);

/** Asked of each that is looked at. */
const others = ({ team, tier, kind, source, status, slowerThanMs }: TraceFilter): Condition[] => [
  ...made("team = ?", team),
  ...made("tier = ?", tier),
  ...made("kind = ?", kind),
  ...made("source = ?", source),
  ...statusIs(status),
  ...made("finish_ms - start_ms >= ?", slowerThanMs),
];

/** Where a search stands: before this moment, and at this moment before this id. */
export type Position = readonly [ms: number, id: Uint8Array];

export interface Chunk {
  /** Numbers of those that fit, newest first. */
  fitting: number[];
  /** Where the next one begins; `null` = that was all. */
  next: Position | null;
}

/** The next ones; of `size` that are looked at. */
export function chunkOf(
  db: Connection,
  context: ReadContext,
  filter: TraceFilter,
  before: Position | null,
  size: number,
): Chunk {
  const rows = rowsOf(db, filter, before, size);
  const tail = rows.at(-1);
  const fitting = rows.filter((row) => row["fits"] === 1 && standsAs(row, filter, context));
  return {
    fitting: fitting.map((row) => row["n"] as number),
    next: tail?.["at"] === size ? [tail["occurred_ms"] as number, tail["id"] as Uint8Array] : null,
  };
}

function standsAs(row: Row, { status }: TraceFilter, context: ReadContext): boolean {
  if (status === undefined) return true;
  const began = (row["start_ms"] ?? row["occurred_ms"]) as number;
  const stored = { kind: row["kind"], status: row["status"] } as Pick<TiedNode, "kind" | "status">;
  return (isAbandoned(stored, began, context) ? "abandoned" : stored.status) === status;
}

/** The same asked of an activity that was read already. */
export const fits = (node: TiedNode, filter: TraceFilter): boolean =>
  (filter.service === undefined || node.service === filter.service) &&
  (filter.environment === undefined || foldName(node.environment) === foldName(filter.environment)) &&
  (filter.team === undefined || node.team === filter.team) &&
  (filter.tier === undefined || node.tier === filter.tier) &&
  (filter.kind === undefined || node.kind === filter.kind) &&
  (filter.source === undefined || node.source === filter.source) &&
  (filter.status === undefined || node.status === filter.status) &&
  (filter.slowerThanMs === undefined ||
    (node.startMs !== null &&
      node.finishMs !== null &&
      node.finishMs - node.startMs >= filter.slowerThanMs)) &&
  (filter.sinceMs === undefined || node.occurredMs >= filter.sinceMs) &&
  (filter.untilMs === undefined || node.occurredMs < filter.untilMs);

/** Those that fit; of a whole chunk also the one at its end. */
function rowsOf(db: Connection, filter: TraceFilter, before: Position | null, size: number): Row[] {
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
  const half = (
    dep: number,
  ): string => `SELECT * FROM (SELECT n, id, kind, status, start_ms, occurred_ms, (1 ${sqlOf(rest)}) AS fits
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
