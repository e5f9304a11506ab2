/** Relates a deployment to its neighbours in the same place: its kind, the kinds of later ones, and what runs there now. */
import type { DeploymentKind } from "../../../domain/activity.ts";
import { deploymentKindOf } from "../../../domain/deployment-kind.ts";
import type { Connection } from "./connection.ts";

export interface Place {
  service: string;
  environment: string;
  tenant: string;
}

const RAN =
  "dep = 1 AND counted = 1 AND status = 'succeeded' AND service = ? AND environment = ? AND tenant = ?";

/** What ran in the place at a moment; `null` = nothing or not known. */
function runningAt(db: Connection, place: Place, atMs: number, exceptN: number): string | null {
  const row = db.get(
    `SELECT release, deployment_kind FROM activity WHERE ${RAN} AND finish_ms <= ? AND n <> ?
     AND deployment_kind <> 'config' ORDER BY finish_ms DESC, id DESC LIMIT 1`,
    place.service,
    place.environment,
    place.tenant,
    atMs,
    exceptN,
  );
  if (row === undefined || row["deployment_kind"] === "teardown") return null;
  return row["release"] as string | null;
}

function ranEarlier(db: Connection, place: Place, release: string, atMs: number, exceptN: number): boolean {
  return (
    db.get(
      `SELECT 1 FROM activity INDEXED BY activity_release WHERE ${RAN} AND release = ? AND finish_ms <= ? AND n <> ?
       AND deployment_kind NOT IN ('config', 'teardown') LIMIT 1`,
      place.service,
      place.environment,
      place.tenant,
      release,
      atMs,
      exceptN,
    ) !== undefined
  );
}

/** The moment from which a deployment is seen: its start; clocks that say it ended before that are not believed. */
export const beganMs = (startMs: number | null, occurredMs: number): number =>
  startMs === null ? occurredMs : Math.min(startMs, occurredMs);

/** What the kind of a deployment is decided from. */
export interface KindQuestion {
  reported: string | null;
  release: string | null;
  atMs: number;
  /** The row itself, which is not compared with itself; -1 = not stored yet. */
  n: number;
}

/** The kind of a deployment, from what its place knew when it started. */
export function kindOf(
  db: Connection,
  place: Place,
  { reported, release, atMs, n }: KindQuestion,
): DeploymentKind {
  const said = reported as DeploymentKind | null;
  if ((said !== null && said !== "deploy") || release === null)
    return deploymentKindOf(said, release, NOTHING);
  const running = runningAt(db, place, atMs, n);
  if (running === null)
    return deploymentKindOf(said, release, { running, ranEarlier: ranEarlier(db, place, release, atMs, n) });
  const earlier = running !== release && ranEarlier(db, place, release, atMs, n);
  return deploymentKindOf(said, release, { running, ranEarlier: earlier });
}

const NOTHING = { running: null, ranEarlier: false };

/** Computes the kind of a stored deployment again. */
export function refreshKind(db: Connection, n: number): void {
  const row = db.get(
    `SELECT json_extract(doc, '$.deploymentKind') AS reported, release, start_ms, occurred_ms, deployment_kind,
     service, environment, tenant FROM activity WHERE n = ?`,
    n,
  );
  if (row === undefined) return;
  const place = {
    service: row["service"] as string,
    environment: row["environment"] as string,
    tenant: row["tenant"] as string,
  };
  const atMs = beganMs(row["start_ms"] as number | null, row["occurred_ms"] as number);
  const reported = row["reported"] as string | null;
  const kind = kindOf(db, place, { reported, release: row["release"] as string | null, atMs, n });
  if (kind !== row["deployment_kind"]) db.run("UPDATE activity SET deployment_kind = ? WHERE n = ?", kind, n);
}

/** What changed in a place: from when on, up to when for sure, and which releases came or went. */
export interface PlaceChange {
  fromMs: number;
  untilMs: number;
  releases: ReadonlySet<string>;
}

/**
 * Computes again the kinds of those that a change can concern: up to the next success after it, those that had begun before
 * that success, and the same releases.
 */
export function refreshLaterKinds(
  db: Connection,
  place: Place,
  { fromMs, untilMs, releases }: PlaceChange,
): void {
  const later = db.all(
    `SELECT n, status, tenant, counted, deployment_kind, occurred_ms, start_ms FROM activity WHERE dep = 1 AND service = ?
     AND environment = ? AND occurred_ms >= ? ORDER BY occurred_ms, id LIMIT ${LATER_ROWS}`,
    place.service,
    place.environment,
    fromMs,
  );
  let nextMs = Number.POSITIVE_INFINITY;
  for (const row of later) {
    const occurredMs = row["occurred_ms"] as number;
    if (occurredMs > nextMs + LONGEST_MS) break;
    if (row["tenant"] !== place.tenant || beganMs(row["start_ms"] as number | null, occurredMs) > nextMs)
      continue;
    refreshKind(db, row["n"] as number);
    const ran = row["status"] === "succeeded" && row["counted"] === 1 && row["deployment_kind"] !== "config";
    if (ran && occurredMs > untilMs) nextMs = Math.min(nextMs, occurredMs);
  }
  for (const release of releases) {
    const same = db.all(
      `SELECT n FROM activity INDEXED BY activity_release WHERE dep = 1 AND service = ? AND environment = ?
       AND tenant = ? AND release = ? AND occurred_ms >= ? LIMIT ${LATER_ROWS}`,
      place.service,
      place.environment,
      place.tenant,
      release,
      untilMs,
    );
    for (const row of same) refreshKind(db, row["n"] as number);
  }
}

/** More rows than this after one late report are not looked at again at once; a rebuild sees them in order. */
const LATER_ROWS = 5000;

/** A deployment that took longer than this and ended after a later one keeps the kind that it had. */
export const LONGEST_MS = 86_400_000;

/** Finds again what runs in the place and what was tried last. */
export function refreshPlace(db: Connection, place: Place): void {
  const { service, environment, tenant } = place;
  const last = db.get(
    `SELECT n, tier FROM activity WHERE dep = 1 AND service = ? AND environment = ? AND tenant = ? AND counted = 1
     ORDER BY occurred_ms DESC, id DESC LIMIT 1`,
    service,
    environment,
    tenant,
  );
  if (last === undefined) {
    db.run(
      "DELETE FROM place WHERE service = ? AND environment = ? AND tenant = ?",
      service,
      environment,
      tenant,
    );
    return;
  }
  const newest = db.get(
    `SELECT n, deployment_kind FROM activity WHERE ${RAN} AND deployment_kind <> 'config' ORDER BY finish_ms DESC, id DESC LIMIT 1`,
    service,
    environment,
    tenant,
  );
  const running =
    newest === undefined || newest["deployment_kind"] === "teardown" ? null : (newest["n"] as number);
  db.run(
    "INSERT OR REPLACE INTO place (service, environment, tenant, tier, running, last) VALUES (?, ?, ?, ?, ?, ?)",
    service,
    environment,
    tenant,
    last["tier"] ?? null,
    running,
    last["n"] as number,
  );
}
