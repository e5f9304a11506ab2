/** Keeps incidents and their links to deployments. */
import { incidentOf } from "../../../../../domain/metrics/delivered.ts";
import type { Connection } from "../../connection.ts";
import type { Followed } from "../follower.ts";
import { incidentIn, linkOf, nextMs, type Position } from "./neighbours.ts";

/** Numbers of deployments that have to be looked at again. */
export type Dirty = Set<number>;

export function markLinked(db: Connection, deployment: unknown, dirty: Dirty): void {
  if (deployment === null || deployment === undefined) return;
  const row = db.get("SELECT n FROM activity WHERE id = ? AND dep = 1", deployment as Uint8Array);
  if (row !== undefined) dirty.add(row["n"] as number);
}

/** Takes in an incident that came, changed or went. */
export function takeIncident(db: Connection, { n, is }: Followed, dirty: Dirty): void {
  markLinked(db, db.get("SELECT deployment FROM dora_incident WHERE n = ?", n)?.["deployment"], dirty);
  const incident = is === null || !is.counted ? null : incidentOf(is.activity);
  if (incident === null) {
    db.run("DELETE FROM dora_incident WHERE n = ?", n);
    return;
  }
  const { service, environment, beganMs, endedMs, toldMs, cause } = incident;
  const deployment = linkOf(db, incident);
  db.run(
    "INSERT OR REPLACE INTO dora_incident VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ...[n, service, environment, beganMs, endedMs, toldMs, cause, deployment],
  );
  markLinked(db, deployment, dirty);
}

const LATER = "SELECT 1 FROM dora_incident WHERE service = ? AND began_ms >= ? LIMIT 1";

/**
 * Links again what a deployment at this position may have won or lost: what began from then on until the next one of the
 * same place, because beyond that it is not the last.
 */
export function relinkAround(db: Connection, position: Position, dirty: Dirty): void {
  const { service, finishMs } = position;
  if (db.get(LATER, service, finishMs) === undefined) return;
  const untilMs = nextMs(db, position) ?? Number.MAX_SAFE_INTEGER;
  const rows = db.all(
    `SELECT i.*, a.id FROM dora_incident i JOIN activity a ON a.n = i.n
     WHERE i.service = ? AND i.began_ms BETWEEN ? AND ? AND i.cause IS NULL`,
    ...[service, finishMs, untilMs],
  );
  for (const row of rows) {
    const former = row["deployment"] as Uint8Array | null;
    const now = linkOf(db, incidentIn(row));
    if (same(former, now)) continue;
    db.run("UPDATE dora_incident SET deployment = ? WHERE n = ?", now, row["n"] as number);
    markLinked(db, former, dirty);
    markLinked(db, now, dirty);
  }
}

const same = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? a === b : Buffer.from(a).equals(b);
