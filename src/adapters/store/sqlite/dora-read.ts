/** The facet of delivery metrics: answers from the sums of days, and from the facts where they are few or cut. */
import { foldName } from "../../../domain/fold-name.ts";
import { dayOf, type Period, startOfDay } from "../../../domain/metrics/buckets.ts";
import type { LeadReason, Watched } from "../../../domain/metrics/dora.ts";
import type { Dora, DoraScope } from "../../../ports/dora.ts";
import { blobToId, idToBlob } from "./codec.ts";
import type { Connection, Row } from "./connection.ts";
import { boundsIn, daysIn, factsIn } from "./dora-days.ts";
import { detectedIn, incidentsIn } from "./dora-incidents.ts";
import { rowsIn } from "./dora-rows.ts";
import { sumsIn } from "./dora-sums.ts";
import { unwatchedIn } from "./dora-watched.ts";
import { REASON_NAMES } from "./follow/dora/leads.ts";
import { ofService, WHOLE_TIER } from "./follow/dora/rollup.ts";
import { zoneOf } from "./follow/zone.ts";

/** Up to so many ended deployments are looked at one by one: then everything is exact. */
const FEW = 2000;

/** @param isBehind whether the follower has not seen everything yet */
export function doraOf(db: Connection, catchUp: () => void, isBehind: () => boolean): Dora {
  return {
    sums: (scope, periods, few = FEW) => {
      catchUp();
      return sumsIn(db, scope, periods, few, zoneOf(db));
    },
    rows: (scope, period, limit, look) => {
      catchUp();
      return [...rowsIn(db, scope, period, { ...look, limit })].flat();
    },
    rowsInSlices: (scope, period, limit, look) => {
      catchUp();
      return rowsIn(db, scope, period, { ...look, limit });
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
      const zone = zoneOf(db);
      return { firstMs: firstIn(db, scope, zone), services: watchedIn(db, scope, period, zone) };
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

const LINKED = `SELECT i.deployment FROM activity a JOIN dora_incident i ON i.n = a.n
  WHERE a.id = ? AND i.deployment IS NOT NULL`;
function firstIn(db: Connection, scope: DoraScope, zone: string): number | null {
  const { service, team } = scope;
  if (service !== undefined && team !== undefined) {
    const atMs = factsIn(db, scope, EVER, 1)[0]?.atMs;
    return atMs === undefined ? null : startOfDay(dayOf(atMs, zone), zone);
  }
  const days = boundsIn(db, scope);
  return days === null ? null : startOfDay(days.first, zone);
}

const EVER: Period = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** `null` = all services of the scope are: then nobody has to look which of them deployed. */
function watchedIn(db: Connection, scope: DoraScope, period: Period, zone: string): Watched | null {
  const unwatched = unwatchedIn(db, scope);
  if (unwatched.size === 0) return null;
  const services = servicesIn(db, scope, period, zone);
  return { all: services.length, watched: services.filter((name) => !unwatched.has(name)).length };
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

/** The day of a service, in one tier or in one environment of any. */
const SERVICES = (where: string, day: string): string => `
  SELECT s.service FROM (SELECT DISTINCT service, tier FROM dora_scope WHERE service <> '' AND ${where}) s
  WHERE EXISTS (SELECT 1 FROM dora_day d WHERE d.scope = '${ofService("")}' || s.service AND d.environment = ${day}
    AND d.tier = s.tier AND d.day >= ? AND d.day < ?) GROUP BY s.service ORDER BY s.service`;

/** A service that left a team has a scope with it still, and no deployment in that. */
const OF_TEAM = (where: string): string => `
  SELECT DISTINCT s.service FROM dora_scope s WHERE s.service <> '' AND s.team = ? AND ${where}
    AND EXISTS (SELECT 1 FROM dora_fact f WHERE f.scope = s.id AND f.at_ms >= ? AND f.at_ms < ?) ORDER BY s.service`;

function servicesIn(db: Connection, scope: DoraScope, period: Period, zone: string): string[] {
  const { service, tier, environment, team } = scope;
  if (service !== undefined) return [service];
  const [column, place] =
    environment === undefined
      ? (["tier", tier ?? ""] as const)
      : (["environment", foldName(environment)] as const);
  const rows =
    team === undefined
      ? ofAnyTeam(db, { column, place }, daysIn(period, zone))
      : db.all(OF_TEAM(`s.${column} = ?`), team, place, period.fromMs, period.toMs);
  return rows.map((row) => row["service"] as string);
}

function ofAnyTeam(
  db: Connection,
  { column, place }: { column: "tier" | "environment"; place: string },
  { fromDay, toDay }: { fromDay: number; toDay: number },
): Row[] {
  if (column === "tier") return db.all(SERVICES("tier = ?", `'${WHOLE_TIER}'`), place, fromDay, toDay);
  return db.all(SERVICES("environment = ?", "?"), place, place, fromDay, toDay);
}
