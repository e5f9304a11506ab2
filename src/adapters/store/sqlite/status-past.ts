/** Reads what ran where at a moment in the past: one index seek for each place. */

import type { Activity } from "../../../domain/activity.ts";
import { foldName } from "../../../domain/fold-name.ts";
import { compare, promotionRank, type Rank, unknownLast } from "../../../domain/promotion.ts";
import type { StatusItem } from "../../../ports/read-models.ts";
import { ACTIVITY_COLUMNS, blobToId, type ReadContext, readActivity } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { LONGEST_MS } from "./neighbours.ts";

const PLACES = "SELECT service, environment, tenant FROM place";
const IN_PLACE = "dep = 1 AND counted = 1 AND service = ? AND environment = ? AND tenant = ?";
const RAN_THEN = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE ${IN_PLACE} AND status = 'succeeded'
  AND finish_ms <= ? AND deployment_kind <> 'config' ORDER BY finish_ms DESC, id DESC LIMIT 1`;
const ENDED_THEN = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE ${IN_PLACE} AND occurred_ms <= ?
  ORDER BY occurred_ms DESC, id DESC LIMIT 1`;
/** Only as far ahead as a deployment takes at most: without a bound the whole history after that moment would be read. */
const OPEN_THEN = `SELECT ${ACTIVITY_COLUMNS} FROM activity WHERE ${IN_PLACE} AND occurred_ms > ? AND occurred_ms <= ?
  AND start_ms <= ? ORDER BY start_ms DESC, id DESC LIMIT 1`;

type Key = readonly [service: string, environment: string, tenant: string];

/** What had succeeded by then; an attempt that ended later was still running. */
export function statusAt(
  db: Connection,
  atMs: number,
  service: string | undefined,
  environmentOrder: readonly string[],
  context: ReadContext,
): StatusItem[] {
  const rank = promotionRank(environmentOrder);
  return itemsAt(db, atMs, service, context).sort((a, b) => order(a, b, rank));
}

function order(a: StatusItem, b: StatusItem, rank: Rank): number {
  return (
    unknownLast(a.service ?? "", b.service ?? "") ||
    rank(a.environment, a.tier) - rank(b.environment, b.tier) ||
    compare(foldName(a.environment), foldName(b.environment)) ||
    compare(a.tenant ?? "", b.tenant ?? "")
  );
}

function itemsAt(
  db: Connection,
  atMs: number,
  service: string | undefined,
  context: ReadContext,
): StatusItem[] {
  const places = service === undefined ? db.all(PLACES) : db.all(`${PLACES} WHERE service = ?`, service);
  const then = { ...context, nowMs: atMs };
  return places.flatMap((place) => {
    const key: Key = [place["service"] as string, place["environment"] as string, place["tenant"] as string];
    const attempt = newer(
      db.get(OPEN_THEN, ...key, atMs, atMs + LONGEST_MS, atMs),
      db.get(ENDED_THEN, ...key, atMs),
    );
    if (attempt === undefined) return [];
    const newest = db.get(RAN_THEN, ...key, atMs);
    return [itemThen(key, newest?.["deployment_kind"] === "teardown" ? undefined : newest, attempt, then)];
  });
}

/** In the order that the present has: one that ran then counts from its start, one that had ended from its end. */
function newer(open: Row | undefined, ended: Row | undefined): Row | undefined {
  if (open === undefined || ended === undefined) return open ?? ended;
  const [startMs, endMs] = [open["start_ms"] as number, ended["occurred_ms"] as number];
  if (startMs !== endMs) return startMs > endMs ? open : ended;
  return blobToId(open["id"]) > blobToId(ended["id"]) ? open : ended;
}

function itemThen(
  [service, , tenant]: Key,
  ran: Row | undefined,
  attempt: Row,
  then: ReadContext,
): StatusItem {
  const lastAttempt = asOf(readActivity(attempt, then), then.nowMs);
  const running = ran === undefined ? null : readActivity(ran, then);
  const { team, environment, tier } = running ?? lastAttempt;
  const place = { service: service === "" ? null : service, tenant: tenant === "" ? null : tenant };
  return { ...place, team, environment, tier, running, lastAttempt, behind: null };
}

function asOf(activity: Activity, atMs: number): Activity {
  if (activity.finishedAt === null || Date.parse(activity.finishedAt) <= atMs) return activity;
  return {
    ...activity,
    status: "running",
    finishedAt: null,
    durationMs: null,
    durationFrom: null,
    occurredAt: activity.startedAt ?? activity.occurredAt,
    error: null,
  };
}
