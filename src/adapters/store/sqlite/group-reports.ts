/** Finds the reports that are about one deployment, and marks which of them counts. */
import { connectedReports, primaryOf, REACH_MS, REPORT_MS, type Report } from "../../../domain/reporters.ts";
import { blobToId, idToBlob } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import type { Place } from "./neighbours.ts";

/** A stored report. */
interface StoredReport extends Report {
  n: number;
  primaryId: string | null;
  counted: boolean;
  occurredMs: number;
  release: string | null;
  /** `null` = no deployment, or nobody knows of what or where: it stands alone. */
  place: Place | null;
}

/** More reports than this to each side in time are not compared. */
const NEAR = 500;

const COLUMNS = `n, id, source, instance, doc, start_ms, finish_ms, occurred_ms, excluded, primary_id, counted, release,
  dep, service, environment, tenant`;

function toReport(row: Row): StoredReport {
  const doc = JSON.parse(row["doc"] as string) as Pick<Report, "version" | "commitSha" | "parentId">;
  const [service, environment] = [row["service"] as string, row["environment"] as string];
  const alone = row["dep"] !== 1 || service === "" || environment === "";
  return {
    n: row["n"] as number,
    id: blobToId(row["id"]),
    source: row["source"] as string,
    instance: row["instance"] as string,
    version: doc.version,
    commitSha: doc.commitSha,
    parentId: doc.parentId,
    startMs: (row["start_ms"] as number | null) ?? (row["occurred_ms"] as number),
    finishMs: row["finish_ms"] as number | null,
    excluded: row["excluded"] !== null,
    primaryId: row["primary_id"] === null ? null : blobToId(row["primary_id"]),
    counted: row["counted"] === 1,
    occurredMs: row["occurred_ms"] as number,
    release: row["release"] as string | null,
    place: alone ? null : { service, environment, tenant: row["tenant"] as string },
  };
}

/** A report that came to count or no longer counts, with what its place has to know. */
export type Remarked = Pick<StoredReport, "n" | "place" | "occurredMs" | "release">;

/**
 * Forms the groups of these reports again, and of those they were together with before.
 * @returns the reports whose mark changed
 */
export function regroup(db: Connection, numbers: Iterable<number>, order: readonly string[]): Remarked[] {
  const open = [...numbers];
  const done = new Set<number>();
  const remarked: Remarked[] = [];
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (done.has(n)) continue;
    done.add(n);
    const start = readReport(db, n);
    if (start === null) continue;
    const group = start.place === null ? [start] : connectedReports(start, (report) => near(db, report));
    for (const member of group) {
      done.add(member.n);
      open.push(...matesOf(db, member.id, member.primaryId));
    }
    const primary = primaryOf(group, order);
    for (const member of group) if (mark(db, member, primary?.id ?? null)) remarked.push(member);
  }
  return remarked;
}

function readReport(db: Connection, n: number): StoredReport | null {
  const row = db.get(`SELECT ${COLUMNS} FROM activity WHERE n = ?`, n);
  return row === undefined ? null : toReport(row);
}

/** Numbers of the reports that are marked as being about the same deployment as this one. */
export function matesOf(db: Connection, id: string, primaryId: string | null): number[] {
  const below = db.all("SELECT n FROM activity WHERE primary_id = ?", idToBlob(id));
  if (primaryId === null) return below.map((row) => row["n"] as number);
  const primary = idToBlob(primaryId);
  const beside = db.all(
    "SELECT n FROM activity WHERE primary_id = ? UNION ALL SELECT n FROM activity WHERE id = ?",
    primary,
    primary,
  );
  return [...below, ...beside].map((row) => row["n"] as number);
}

function mark(db: Connection, member: StoredReport, primary: string | null): boolean {
  const primaryId = member.excluded || member.id === primary ? null : primary;
  const counted = primaryId === null && !member.excluded;
  if (counted === member.counted && primaryId === member.primaryId) return false;
  const blob = primaryId === null ? null : idToBlob(primaryId);
  db.run("UPDATE activity SET counted = ?, primary_id = ? WHERE n = ?", counted ? 1 : 0, blob, member.n);
  return true;
}

/** The reports in the same place that can be about the same deployment, by their time. */
function near(db: Connection, { place, startMs, finishMs, occurredMs }: StoredReport): StoredReport[] {
  if (place === null) return [];
  const fromMs = Math.min(startMs, occurredMs) - REACH_MS;
  const toMs = (finishMs ?? startMs + REPORT_MS) + REACH_MS;
  const { service, environment, tenant } = place;
  const sql = (range: string, order: string): string =>
    `SELECT ${COLUMNS} FROM activity WHERE dep = 1 AND service = ? AND environment = ? AND occurred_ms ${range}
     ORDER BY occurred_ms ${order}, id ${order} LIMIT ${NEAR}`;
  const before = db.all(sql("BETWEEN ? AND ?", "DESC"), service, environment, fromMs, occurredMs);
  const after = db.all(sql("> ? AND occurred_ms <= ?", "ASC"), service, environment, occurredMs, toMs);
  return [...before, ...after].filter((row) => row["tenant"] === tenant).map(toReport);
}
