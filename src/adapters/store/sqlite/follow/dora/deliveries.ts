/** Deliveries: what one run brought into one environment counts once, by the deployment that ended first. */
import { type Delivered, hasDeployed } from "../../../../../domain/metrics/delivered.ts";
import { idToBlob } from "../../codec.ts";
import type { Connection, Row } from "../../connection.ts";
import type { Dirty } from "./incidents.ts";
import { FIRST_IN_ALL, FIRST_IN_TEAM } from "./tables.ts";

/** One run into one environment; deployments without a run are deliveries of their own. */
const runOf = (each: Delivered | null): string | null =>
  each === null || each.parentId === null || !hasDeployed(each)
    ? null
    : `${each.parentId} ${each.environment}`;

/** Without their documents: a run may deploy hundreds of services. */
const MATES = `FROM dora_delivery d JOIN activity a ON a.n = d.n
  WHERE d.run = ? AND a.dep = 1 AND a.counted = 1 AND a.status = 'succeeded' AND a.deployment_kind IN ('deploy', 'rollback')`;
const TEAM = "coalesce(a.team, '')";
const FIRST = `SELECT d.n ${MATES} ORDER BY a.finish_ms, a.id LIMIT 1`;
const FIRST_OF_TEAM = `SELECT d.n ${MATES} AND ${TEAM} = ? ORDER BY a.finish_ms, a.id LIMIT 1`;
const FORMER_FIRSTS = `SELECT d.n FROM dora_delivery d JOIN dora_fact f ON f.n = d.n
  WHERE d.run = ? AND f.bits & ${FIRST_IN_ALL | FIRST_IN_TEAM} <> 0`;
const EARLIER = `SELECT count(*) AS count, max(${TEAM} = ?) AS same ${MATES} AND d.n <> ? AND (a.finish_ms, a.id) < (?, ?)`;

/** Keeps to which delivery it belongs; those that are the first of it, or were, are dirty. */
export function keepDelivery(
  db: Connection,
  n: number,
  former: Delivered | null,
  now: Delivered | null,
  dirty: Dirty,
): void {
  const [was, is] = [runOf(former), runOf(now)];
  if (was !== null && was !== is) db.run("DELETE FROM dora_delivery WHERE run = ? AND n = ?", was, n);
  if (is !== null) db.run("INSERT OR IGNORE INTO dora_delivery VALUES (?, ?)", is, n);
  const teams = new Set([former, now].flatMap((each) => (each === null ? [] : [each.team])));
  for (const run of new Set([was, is])) {
    if (run === null) continue;
    const firsts = [...teams].flatMap((team) => db.all(FIRST_OF_TEAM, run, team));
    mark([...db.all(FORMER_FIRSTS, run), ...db.all(FIRST, run), ...firsts], dirty);
  }
}

function mark(rows: readonly Row[], dirty: Dirty): void {
  for (const row of rows) dirty.add(row["n"] as number);
}

/** Whether it is the first of its delivery, among all and in its team: bits of its fact. */
export function firstsOf(db: Connection, n: number, own: Delivered): number {
  const run = runOf(own);
  if (!hasDeployed(own)) return 0;
  if (run === null) return FIRST_IN_ALL | FIRST_IN_TEAM;
  const row = db.get(EARLIER, own.team, run, n, own.finishMs, idToBlob(own.id));
  return (row?.["count"] === 0 ? FIRST_IN_ALL : 0) | (row?.["same"] === 1 ? 0 : FIRST_IN_TEAM);
}
