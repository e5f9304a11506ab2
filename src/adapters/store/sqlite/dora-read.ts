/** The facet of delivery metrics: answers from the sums of days, and from the facts where they are few or cut. */
import { DAY_MS, type Period, startOfDay } from "../../../domain/metrics/buckets.ts";
import type { DoraRow, LeadReason } from "../../../domain/metrics/dora.ts";
import { BITS, type Cause } from "../../../domain/metrics/outcome.ts";
import type { Dora, DoraIncident, DoraScope } from "../../../ports/dora.ts";
import { blobToId, idToBlob, keyOf } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { dayRows, daysIn, factsIn, isDelivery, type StoredFact } from "./dora-days.ts";
import { detectedIn, incidentsIn } from "./dora-incidents.ts";
import { sumsIn } from "./dora-sums.ts";
import { unwatchedIn } from "./dora-watched.ts";
import { causesAround } from "./follow/dora/causes.ts";
import { firstLeads, REASON_NAMES } from "./follow/dora/leads.ts";
import { incidentsOf, type Standing, standingAt } from "./follow/dora/neighbours.ts";
import { ofService, WHOLE_TIER } from "./follow/dora/rollup.ts";
import { commitOfVersion, tellerOf } from "./follow/dora/version-commit.ts";
import { zoneOf } from "./follow/zone.ts";
import { leadChangesOf } from "./lead-changes.ts";

/** Up to so many ended deployments are looked at one by one: then everything is exact. */
const FEW = 2000;
const ALL = -1;

/** @param isBehind whether the follower has not seen everything yet */
export function doraOf(db: Connection, catchUp: () => void, isBehind: () => boolean): Dora {
  return {
    sums: (scope, periods, few = FEW) => {
      catchUp();
      return sumsIn(db, scope, periods, few, zoneOf(db));
    },
    rows: (scope, period, limit, { changes = false } = {}) => {
      catchUp();
      const changesOf = (n: number): DoraRow["changes"] => (changes ? leadChangesOf(db, n) : null);
      const look = { scope, changesOf, unwatched: unwatchedIn(db, scope) };
      return factsIn(db, scope, period, limit).flatMap((fact) => rowOf(db, fact, look) ?? []);
    },
    incidents: (scope, period) => {
      catchUp();
      return incidentsIn(db, scope, period);
    },
    detected: (scope, period) => {
      catchUp();
      return detectedIn(db, scope, period);
    },
    linkedTo: (incident) => {
      catchUp();
      const row = db.get(LINKED, idToBlob(incident));
      return row === undefined ? null : blobToId(row["deployment"]);
    },
    known: (scope, period) => {
      catchUp();
      const services = servicesIn(db, scope, period, zoneOf(db));
      const unwatched = unwatchedIn(db, scope);
      const watched = services.filter((name) => !unwatched.has(name)).length;
      return { firstMs: firstIn(db, scope, zoneOf(db)), services: { all: services.length, watched } };
    },
    leadReason: (scope, period) => {
      catchUp();
      return leadReasonIn(db, scope, period);
    },
    services: (scope, period) => {
      catchUp();
      return servicesIn(db, scope, period, zoneOf(db));
    },
    isBehind,
  };
}

interface Look {
  scope: DoraScope;
  changesOf: (n: number) => DoraRow["changes"];
  /** Services that nobody watches. */
  unwatched: ReadonlySet<string>;
}

function rowOf(db: Connection, fact: StoredFact, { scope, changesOf, unwatched }: Look): DoraRow | null {
  const standing = standingAt(db, fact.n);
  if (standing === null) return null;
  const { delivered, activity } = standing;
  const hasFailed = (fact.bits & BITS.failed) !== 0;
  const causes: readonly Cause[] = hasFailed ? causesAround(db, standing) : [];
  return {
    ...{
      id: delivered.id,
      service: delivered.service,
      environment: delivered.environment,
      tenant: delivered.tenant,
    },
    ...{ atMs: fact.atMs, kind: delivered.kind, bits: fact.bits & 0xff },
    release: activity.version ?? activity.commitSha,
    leads: firstLeads(db, fact.n),
    leadReason: fact.leadReason === null ? null : (REASON_NAMES[fact.leadReason] ?? null),
    ...{ changes: changesOf(fact.n), commitFrom: commitFromOf(db, standing) },
    ...{ recoveryMs: fact.recoveryMs, gapMs: fact.gapMs, causes },
    incidents: incidentsOf(db, delivered.id),
    isFirstOfDelivery: isDelivery(scope, fact.bits),
    isWatched: !unwatched.has(delivered.service),
  };
}

function commitFromOf(db: Connection, { activity, delivered }: Standing): DoraRow["commitFrom"] {
  const { commitSha, version } = activity;
  if (commitSha !== null || version === null) return null;
  const { sha } = commitOfVersion(db, delivered.service, version);
  return sha === null ? null : tellerOf(db, delivered.service, version);
}

const LINKED = `SELECT i.deployment FROM activity a JOIN dora_incident i ON i.n = a.n
  WHERE a.id = ? AND i.deployment IS NOT NULL`;
const LAST_DAY = 1e6;

function firstIn(db: Connection, scope: DoraScope, zone: string): number | null {
  const rows = dayRows(db, scope, 0, LAST_DAY, "min(day) AS day");
  if (rows === null) return factsIn(db, scope, { fromMs: 0, toMs: LAST_DAY * DAY_MS }, ALL)[0]?.atMs ?? null;
  const days = rows.flatMap((row) => (row["day"] === null ? [] : [row["day"] as number]));
  return days.length === 0 ? null : startOfDay(Math.min(...days), zone);
}

/** So many of the newest deployments are asked why they have no lead time. */
const ASKED = 500;

function leadReasonIn(db: Connection, scope: DoraScope, { fromMs, toMs }: Period): LeadReason | null {
  const counts = new Map<number, number>();
  for (const { leadReason } of factsIn(db, scope, { fromMs, toMs }, ASKED))
    if (leadReason !== null) counts.set(leadReason, (counts.get(leadReason) ?? 0) + 1);
  const most = [...counts].sort(([, a], [, b]) => b - a)[0];
  return most === undefined ? null : (REASON_NAMES[most[0]] ?? null);
}

const SERVICES = `SELECT DISTINCT service FROM dora_scope WHERE service <> '' ORDER BY service`;

function servicesIn(db: Connection, scope: DoraScope, period: Period, zone: string): string[] {
  if (scope.service !== undefined) return [scope.service];
  const { tier, environment, team } = scope;
  const names = db.all(SERVICES).map((row) => row["service"] as string);
  const teams = team === undefined ? null : new Set(servicesOfTeam(db, team));
  const { fromDay, toDay } = daysIn(period, zone);
  return names.filter((service) => {
    if (teams !== null && !teams.has(service)) return false;
    if (environment !== undefined)
      return (dayRows(db, { service, environment }, fromDay, toDay, "day") ?? []).length > 0;
    const row = db.get(
      "SELECT 1 FROM dora_day WHERE scope = ? AND environment = ? AND tier = ? AND day >= ? AND day < ? LIMIT 1",
      ...[ofService(service), WHOLE_TIER, tier ?? "", fromDay, toDay],
    );
    return row !== undefined;
  });
}

const servicesOfTeam = (db: Connection, team: string): string[] =>
  db
    .all("SELECT DISTINCT service FROM dora_scope WHERE team = ?", team)
    .map((row) => row["service"] as string);
