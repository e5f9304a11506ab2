/** Finds what the outcome of a deployment depends on: those before and after it in its place, and incidents. */
import type { Activity } from "../../../../../domain/activity.ts";
import { type Delivered, deliveredOf, type Incident } from "../../../../../domain/metrics/delivered.ts";
import type { Remedy } from "../../../../../domain/metrics/remedy.ts";
import { blobToId, idToBlob, parseStored } from "../../codec.ts";
import type { Connection, Row } from "../../connection.ts";
import { commitOfVersion } from "./version-commit.ts";

/** A deployment that counts, with its number. */
export interface Standing {
  n: number;
  delivered: Delivered;
  activity: Activity;
}

const COLUMNS = "n, doc, actor, primary_id, deployment_kind, start_ms, occurred_ms";
const RAN = `dep = 1 AND counted = 1 AND status = 'succeeded' AND deployment_kind IN ('deploy', 'rollback')`;
const PLACE = "service = ? AND environment = ? AND tenant = ?";
const BEFORE = (columns: string): string => `SELECT ${columns} FROM activity INDEXED BY activity_ran
  WHERE ${RAN} AND ${PLACE} AND (finish_ms, id) < (?, ?) ORDER BY finish_ms DESC, id DESC LIMIT 1`;
const AFTER = (columns: string): string => `SELECT ${columns} FROM activity INDEXED BY activity_ran
  WHERE ${RAN} AND ${PLACE} AND (finish_ms, id) > (?, ?) ORDER BY finish_ms, id LIMIT 1`;
const FORMER = BEFORE(
  "finish_ms, json_extract(doc, '$.commitSha') AS sha, json_extract(doc, '$.version') AS version",
);
const NEXT = AFTER(COLUMNS);
const NEXT_MS = AFTER("finish_ms");
const BESIDE = [BEFORE("n"), AFTER("n")];

export type Position = Pick<Delivered, "service" | "environment" | "tenant" | "finishMs" | "id">;

const REMEDY = "SELECT remedy FROM dora_remedy WHERE n = ?";

/** What its commits and changes said of a deployment when it was last looked at. */
export const remedyAt = (db: Connection, n: number): Remedy | null =>
  (db.get(REMEDY, n)?.["remedy"] as Remedy | undefined) ?? null;

function standingIn(db: Connection, row: Row | undefined): Standing | null {
  if (row === undefined) return null;
  const { activity } = parseStored(row);
  const n = row["n"] as number;
  const delivered = deliveredOf(activity, remedyAt(db, n));
  return delivered === null ? null : { n, delivered, activity };
}

/** The deployment with this number; `null` = none, or one that does not count. */
export const standingAt = (db: Connection, n: number): Standing | null =>
  standingIn(db, db.get(`SELECT ${COLUMNS} FROM activity WHERE n = ? AND dep = 1 AND counted = 1`, n));

export const standingOf = (db: Connection, id: string): Standing | null =>
  standingIn(
    db,
    db.get(`SELECT ${COLUMNS} FROM activity WHERE id = ? AND dep = 1 AND counted = 1`, idToBlob(id)),
  );

const params = ({ service, environment, tenant, finishMs, id }: Position) =>
  [service, environment, tenant, finishMs, idToBlob(id)] as const;

/** What had changed this place before. */
export interface Former {
  finishMs: number;
  /** As it says, else that of its version. */
  commitSha: string | null;
}

export function before(db: Connection, position: Position): Former | null {
  const row = db.get(FORMER, ...params(position));
  if (row === undefined) return null;
  const sha = row["sha"] as string | null;
  const told = commitOfVersion(db, position.service, row["version"] as string | null);
  return { finishMs: row["finish_ms"] as number, commitSha: sha ?? told.sha };
}

/** What changed this place next. */
export const after = (db: Connection, position: Position): Standing | null =>
  standingIn(db, db.get(NEXT, ...params(position)));

/** When this place was changed next; `null` = not yet. */
export const nextMs = (db: Connection, position: Position): number | null =>
  (db.get(NEXT_MS, ...params(position))?.["finish_ms"] as number | undefined) ?? null;

/** Numbers of those that changed this place just before and just after. */
export const beside = (db: Connection, position: Position): number[] =>
  BESIDE.flatMap((sql) => db.all(sql, ...params(position))).map((row) => row["n"] as number);

const IN_ENVIRONMENT = `SELECT id FROM activity INDEXED BY activity_place WHERE ${RAN} AND service = ? AND environment = ?
  AND occurred_ms <= ? ORDER BY occurred_ms DESC, id DESC LIMIT 1`;
const IN_PRODUCTION = `SELECT id FROM activity INDEXED BY activity_service WHERE ${RAN} AND service = ?
  AND tier = 'production' AND occurred_ms <= ? ORDER BY occurred_ms DESC, id DESC LIMIT 1`;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** As `deploymentOf` in the domain, by index. @returns the id as bytes */
export function linkOf(
  db: Connection,
  { service, environment, beganMs, cause }: Omit<Incident, "id">,
): Uint8Array | null {
  if (cause !== null) return ID.test(cause) ? idToBlob(cause) : null;
  const row =
    environment === ""
      ? db.get(IN_PRODUCTION, service, beganMs)
      : db.get(IN_ENVIRONMENT, service, environment, beganMs);
  return (row?.["id"] as Uint8Array | undefined) ?? null;
}

/** Incidents that are linked to a deployment, in the order in which they began. */
export function incidentsOf(db: Connection, deployment: string): Incident[] {
  const rows = db.all(
    `SELECT i.*, a.id FROM dora_incident i JOIN activity a ON a.n = i.n WHERE i.deployment = ?
     ORDER BY i.began_ms, a.id`,
    idToBlob(deployment),
  );
  return rows.map(incidentIn);
}

export const incidentIn = (row: Row): Incident => ({
  id: blobToId(row["id"]),
  service: row["service"] as string,
  environment: row["environment"] as string,
  beganMs: row["began_ms"] as number,
  endedMs: row["ended_ms"] as number | null,
  toldMs: row["told_ms"] as number | null,
  cause: row["cause"] as string | null,
});

/** The first success that says it fixes this one. */
export function fixOf(db: Connection, id: string): Standing | null {
  const rows = db.all("SELECT n FROM dora_fix WHERE target = ?", idToBlob(id));
  const fixes = rows.flatMap((row) => standingAt(db, row["n"] as number) ?? []);
  const ended = fixes.filter(({ delivered }) => delivered.status === "succeeded");
  return (
    ended.sort(
      (a, b) => a.delivered.finishMs - b.delivered.finishMs || (a.delivered.id < b.delivered.id ? -1 : 1),
    )[0] ?? null
  );
}
