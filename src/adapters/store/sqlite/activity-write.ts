/** Writes rows of the activity table, and reads what stood there before. */
import type { ActivityRow } from "./activity-row.ts";
import { blobToId, idToBlob } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { RUNS } from "./same-run-index.ts";

const COLUMNS = [
  [
    "id",
    "dep",
    "occurred_ms",
    "kind",
    "source",
    "instance",
    "service",
    "environment",
    "tenant",
    "tier",
    "team",
    "status",
  ],
  [
    "start_ms",
    "finish_ms",
    "release",
    "deployment_kind",
    "counted",
    "excluded",
    "actor",
    "reported",
    "matched",
    "doc",
  ],
].flat();

const INSERT = `INSERT INTO activity (${COLUMNS.join(", ")}, primary_id) VALUES (${COLUMNS.map(() => "?").join(", ")}, NULL)`;
const UPDATE = `UPDATE activity SET ${COLUMNS.slice(1)
  .map((column) => `${column} = ?`)
  .join(", ")} WHERE n = ?`;

/** The stored row before it is written again, with what its neighbours may depend on. */
export interface Former {
  n: number;
  id: string;
  traceId: string;
  dep: number;
  occurredMs: number;
  source: string;
  instance: string;
  service: string;
  environment: string;
  tenant: string;
  status: string | null;
  startMs: number | null;
  finishMs: number | null;
  release: string | null;
  deploymentKind: string | null;
  counted: number;
  primaryId: Uint8Array | null;
  excluded: string | null;
  reported: string;
  matched: number;
  /** As in `ActivityRow`. */
  runPage: string | null;
}

const FORMER = `SELECT n, id, json_extract(doc, '$.traceId') AS trace_id, dep, occurred_ms, source, instance, service, environment, tenant,
  status, start_ms, finish_ms, release, deployment_kind, counted, primary_id, excluded, reported, matched,
  CASE WHEN ${RUNS} THEN doc ->> '$.url' END AS run_page FROM activity`;

/** @param which the activity's id or its number */
export function readFormer(db: Connection, which: string | number): Former | null {
  const row =
    typeof which === "number"
      ? db.get(`${FORMER} WHERE n = ?`, which)
      : db.get(`${FORMER} WHERE id = ?`, idToBlob(which));
  return row === undefined ? null : toFormer(row);
}

function toFormer(row: Row): Former {
  return {
    n: row["n"] as number,
    id: blobToId(row["id"]),
    traceId: row["trace_id"] as string,
    dep: row["dep"] as number,
    occurredMs: row["occurred_ms"] as number,
    source: row["source"] as string,
    instance: row["instance"] as string,
    service: row["service"] as string,
    environment: row["environment"] as string,
    tenant: row["tenant"] as string,
    status: row["status"] as string | null,
    startMs: row["start_ms"] as number | null,
    finishMs: row["finish_ms"] as number | null,
    release: row["release"] as string | null,
    deploymentKind: row["deployment_kind"] as string | null,
    counted: row["counted"] as number,
    primaryId: row["primary_id"] as Uint8Array | null,
    excluded: row["excluded"] as string | null,
    reported: row["reported"] as string,
    matched: row["matched"] as number,
    runPage: row["run_page"] as string | null,
  };
}

/** @returns the number of the new row */
export function insertRow(db: Connection, row: ActivityRow): number {
  const counted = row.excluded === null ? 1 : 0;
  return Number(db.prepare(INSERT).run(idToBlob(row.id), ...values(row, counted)).lastInsertRowid);
}

/** Keeps `primary_id`: the place finds out afterwards whether it still holds. */
export function updateRow(db: Connection, row: ActivityRow, former: Former): void {
  const counted = row.excluded === null && former.primaryId === null ? 1 : 0;
  db.run(UPDATE, ...values(row, counted), former.n);
}

function values(row: ActivityRow, counted: number): Array<string | number | null> {
  return [
    row.dep,
    row.occurredMs,
    row.kind,
    row.source,
    row.instance,
    row.service,
    row.environment,
    row.tenant,
    row.tier,
    row.team,
    row.status,
    row.startMs,
    row.finishMs,
    row.release,
    row.deploymentKind,
    counted,
    row.excluded,
    row.actor,
    row.reported,
    row.matched,
    row.doc,
  ];
}
