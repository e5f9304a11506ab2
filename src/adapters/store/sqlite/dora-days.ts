/** Reads the stored sums of days, and the facts of a stretch of time, for one scope of delivery metrics. */
import { foldName } from "../../../domain/fold-name.ts";
import { dayOf, type Period } from "../../../domain/metrics/buckets.ts";
import { BITS } from "../../../domain/metrics/outcome.ts";
import {
  addBits,
  addUnwatched,
  COUNTS,
  type Counts,
  SAMPLES,
  type Sums,
  UNWATCHED,
} from "../../../domain/metrics/sums.ts";
import type { DoraScope } from "../../../ports/dora.ts";

import type { Connection, Row } from "./connection.ts";
import { unpacked } from "./follow/dora/fact.ts";
import { EVERYTHING, ofService, ofTeam, unpackInto, WHOLE_TIER } from "./follow/dora/rollup.ts";
import { FIRST_IN_ALL, FIRST_IN_TEAM } from "./follow/dora/tables.ts";

/** A fact as it is summed. */
export interface StoredFact {
  n: number;
  service: string;
  atMs: number;
  bits: number;
  recoveryMs: number | null;
  gapMs: number | null;
  leadReason: number | null;
  leads: number[];
}

const scopeKey = ({ service, team }: DoraScope): string =>
  service !== undefined ? ofService(service) : team !== undefined ? ofTeam(team) : EVERYTHING;

/** The days of a zone that a period touches; `toDay` is not one of them. */
export const daysIn = ({ fromMs, toMs }: Period, zone: string): { fromDay: number; toDay: number } => ({
  fromDay: dayOf(fromMs, zone),
  toDay: dayOf(toMs - 1, zone) + 1,
});

/** `null` = no stored sum has this scope: a service and a team at once. */
export function dayRows(
  db: Connection,
  scope: DoraScope,
  fromDay: number,
  toDay: number,
  columns: string,
): Row[] | null {
  const { service, team, environment, tier } = scope;
  if (service !== undefined && team !== undefined) return null;
  const tiers = environment === undefined ? [tier ?? ""] : tiersOf(db, environment);
  const key = environment === undefined ? WHOLE_TIER : foldName(environment);
  return tiers.flatMap((each) =>
    db.all(
      `SELECT ${columns} FROM dora_day WHERE scope = ? AND environment = ? AND tier = ? AND day >= ? AND day < ?`,
      ...[scopeKey(scope), key, each, fromDay, toDay],
    ),
  );
}

const tiersOf = (db: Connection, environment: string): string[] =>
  db
    .all("SELECT DISTINCT tier FROM dora_scope WHERE environment = ?", foldName(environment))
    .map((row) => row["tier"] as string);

const LAST_DAY = 1e6;

/** The first and the last day on which a deployment of the scope is known; of a service and a team at once, of the service. */
export function boundsIn(db: Connection, scope: DoraScope): { first: number; last: number } | null {
  const own = scope.service === undefined ? scope : { ...scope, team: undefined };
  const rows = dayRows(db, own, 0, LAST_DAY, "min(day) AS first, max(day) AS last") ?? [];
  const known = rows.filter((row) => row["first"] !== null);
  if (known.length === 0) return null;
  return {
    first: Math.min(...known.map((row) => row["first"] as number)),
    last: Math.max(...known.map((row) => row["last"] as number)),
  };
}

/** Adds a stored day to sums. */
export function addDay(sums: Sums, row: Row): void {
  for (const name of COUNTS) sums.counts[name] += row[name] as number;
  for (const name of SAMPLES) {
    sums[name].histogram ??= new Map();
    unpackInto(sums[name].histogram, row[name]);
  }
}

/** The counts alone: how much there is. */
export function countsIn(
  db: Connection,
  scope: DoraScope,
  { fromDay, toDay }: { fromDay: number; toDay: number },
): Counts | null {
  const columns = COUNTS.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(", ");
  const rows = dayRows(db, scope, fromDay, toDay, columns);
  if (rows === null) return null;
  const sum = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Counts;
  for (const row of rows) for (const name of COUNTS) sum[name] += row[name] as number;
  return sum;
}

/** Facts of a scope in a stretch of time, oldest first. @param limit -1 = all */
export function factsIn(
  db: Connection,
  scope: DoraScope,
  { fromMs, toMs }: Period,
  limit: number,
): StoredFact[] {
  const asked = conditionsOf(scope);
  const where = asked.map(([column]) => `s.${column} = ? AND`).join(" ");
  const rows = db.all(
    `SELECT n, service, at_ms, bits, recovery_ms, gap_ms, lead_reason, leads
     FROM dora_scope s CROSS JOIN dora_fact f INDEXED BY dora_fact_time ON f.scope = s.id
     WHERE ${where} f.at_ms >= ? AND f.at_ms < ? ORDER BY f.at_ms, f.n LIMIT ?`,
    ...asked.map(([, value]) => value),
    ...[fromMs, toMs, limit],
  );
  return rows.map(toFact);
}

/** With an environment the tier is that of the environment. */
export function conditionsOf({
  service,
  team,
  environment,
  tier,
}: DoraScope): Array<[column: string, value: string]> {
  const all = {
    ...{ service, team, tier: environment === undefined ? tier : undefined },
    environment: environment === undefined ? undefined : foldName(environment),
  };
  return Object.entries(all).flatMap(([column, value]) =>
    value === undefined ? [] : [[column, value] as [string, string]],
  );
}

const toFact = (row: Row): StoredFact => ({
  n: row["n"] as number,
  service: row["service"] as string,
  atMs: row["at_ms"] as number,
  bits: row["bits"] as number,
  recoveryMs: row["recovery_ms"] as number | null,
  gapMs: row["gap_ms"] as number | null,
  leadReason: row["lead_reason"] as number | null,
  leads: unpacked(row["leads"]),
});

/** Whether a fact is a delivery as this scope counts them: each one for a service, else only the first of a run. */
export function isDelivery({ service, team }: DoraScope, bits: number): boolean {
  const bit = service !== undefined ? BITS.deployed : team !== undefined ? FIRST_IN_TEAM : FIRST_IN_ALL;
  return (bits & bit) !== 0;
}

/** What services deployed, all together, by day and tier. They may be hundreds: no row is made for each. */
export function unwatchedDays(
  db: Connection,
  { environment, tier }: DoraScope,
  services: readonly string[],
  { fromDay, toDay }: { fromDay: number; toDay: number },
): Row[] {
  if (services.length === 0) return [];
  const tiers = environment === undefined ? [tier ?? ""] : tiersOf(db, environment);
  const key = environment === undefined ? WHOLE_TIER : foldName(environment);
  const scopes = JSON.stringify(services.map(ofService));
  return tiers.flatMap((each) => db.all(DAYS_OF_MANY, scopes, key, each, fromDay, toDay));
}

const DAYS_OF_MANY = `SELECT d.day, ${UNWATCHED.map((name) => `sum(d.${name}) AS ${name}`).join(", ")}
  FROM json_each(?) s CROSS JOIN dora_day d ON d.scope = s.value
  WHERE d.environment = ? AND d.tier = ? AND d.day >= ? AND d.day < ? GROUP BY d.day`;

/** Adds what services that nobody watches deployed on a stored day. */
export function addUnwatchedDay({ unwatched }: Sums, row: Row): void {
  for (const name of UNWATCHED) unwatched[name] += row[name] as number;
}

/** @param unwatched services that nobody watches */
export function addFact(
  sums: Sums,
  scope: DoraScope,
  { service, bits, leads, recoveryMs, gapMs }: StoredFact,
  unwatched: ReadonlySet<string>,
): void {
  addBits(sums.counts, bits, 1);
  if (unwatched.has(service)) addUnwatched(sums, bits);
  if (isDelivery(scope, bits)) sums.counts.deliveries += 1;
  for (const ms of leads) sums.leads.values.push(ms);
  if (recoveryMs !== null) sums.recoveries.values.push(recoveryMs);
  if (gapMs !== null) sums.gaps.values.push(gapMs);
}
