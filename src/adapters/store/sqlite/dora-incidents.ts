/** Incidents of a scope of delivery metrics: those that began in a period, and those of the deployments of one. */
import { foldName } from "../../../domain/fold-name.ts";
import type { Period } from "../../../domain/metrics/buckets.ts";
import { type Detected, LONGEST_BEFORE_MS } from "../../../domain/metrics/detect.ts";
import type { DoraIncident, DoraScope } from "../../../ports/dora.ts";
import { blobToId } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { conditionsOf } from "./dora-days.ts";

export function incidentsIn(
  db: Connection,
  { service, team, environment, tier }: DoraScope,
  { fromMs, toMs }: Period,
): DoraIncident[] {
  const rows = db.all(
    `SELECT a.id, a.team, a.environment, a.tier, i.service, i.began_ms, i.ended_ms FROM dora_incident i JOIN activity a ON a.n = i.n
     WHERE ${service === undefined ? "1" : "i.service = ?"} AND i.began_ms >= ? AND i.began_ms < ? ORDER BY i.began_ms, a.id`,
    ...(service === undefined ? [fromMs, toMs] : [service, fromMs, toMs]),
  );
  const isThere = (row: Row): boolean => {
    // One that does not say where is in production, as `deploymentOf` takes it.
    const own = row["environment"] === "" ? "production" : row["tier"];
    if (environment === undefined) return tier === undefined || own === tier;
    return row["environment"] === "" || row["environment"] === foldName(environment);
  };
  const fits = rows.filter((row) => (team === undefined || row["team"] === team) && isThere(row));
  return fits.map((row) => ({
    id: blobToId(row["id"]),
    service: row["service"] as string,
    beganMs: row["began_ms"] as number,
    endedMs: row["ended_ms"] as number | null,
  }));
}

/** Incidents that are linked to a deployment of the period; none that began long before it. */
export function detectedIn(db: Connection, scope: DoraScope, { fromMs, toMs }: Period): Detected[] {
  const asked = conditionsOf(scope);
  const rows = db.all(
    `SELECT f.at_ms, i.began_ms, i.told_ms FROM dora_incident i
       JOIN activity d ON d.id = i.deployment JOIN dora_fact f ON f.n = d.n JOIN dora_scope s ON s.id = f.scope
     WHERE ${asked.map(([column]) => `s.${column} = ? AND`).join(" ")} i.deployment IS NOT NULL
       AND i.began_ms >= ? AND f.at_ms >= ? AND f.at_ms < ?`,
    ...asked.map(([, value]) => value),
    ...[fromMs - LONGEST_BEFORE_MS, fromMs, toMs],
  );
  return rows.map((row) => ({
    atMs: row["at_ms"] as number,
    beganMs: row["began_ms"] as number,
    toldMs: row["told_ms"] as number | null,
  }));
}
