/** Deployments with everything that rules ask of them, read a few at a time. */
import { DAY_MS, type Period, startOfDay } from "../../../domain/metrics/buckets.ts";
import type { DoraRow } from "../../../domain/metrics/dora.ts";
import { BITS, type Cause } from "../../../domain/metrics/outcome.ts";
import type { DoraScope } from "../../../ports/dora.ts";
import type { Connection } from "./connection.ts";
import { boundsIn, factsIn, isDelivery, type StoredFact } from "./dora-days.ts";
import { unwatchedIn } from "./dora-watched.ts";
import { causesAround } from "./follow/dora/causes.ts";
import { firstLeads, REASON_NAMES } from "./follow/dora/leads.ts";
import { incidentsOf, type Standing, standingAt } from "./follow/dora/neighbours.ts";
import { commitOfVersion, tellerOf } from "./follow/dora/version-commit.ts";
import { zoneOf } from "./follow/zone.ts";
import { leadChangesOf } from "./lead-changes.ts";

/** Facts are read for so long a stretch of time at once, and rows made from so many of them: both take milliseconds. */
const STRETCH_MS = 7 * DAY_MS;
const SLICE = 100;

/** Oldest first. @param changes see `Dora.rows` */
export function* rowsIn(
  db: Connection,
  scope: DoraScope,
  period: Period,
  { limit, changes = false }: { limit: number; changes?: boolean },
): Generator<DoraRow[]> {
  const changesOf = (n: number): DoraRow["changes"] => (changes ? leadChangesOf(db, n) : null);
  const look = { scope, changesOf, unwatched: unwatchedIn(db, scope) };
  const { fromMs, toMs } = within(db, scope, period);
  let left = limit;
  for (let atMs = fromMs; atMs < toMs && left > 0; atMs += STRETCH_MS) {
    const facts = factsIn(db, scope, { fromMs: atMs, toMs: Math.min(atMs + STRETCH_MS, toMs) }, left);
    left -= facts.length;
    for (let at = 0; at < facts.length; at += SLICE)
      yield facts.slice(at, at + SLICE).flatMap((fact) => rowOf(db, fact, look) ?? []);
  }
}

/** Without the time before the first and after the last deployment of the scope. */
function within(db: Connection, scope: DoraScope, { fromMs, toMs }: Period): Period {
  const zone = zoneOf(db);
  const days = boundsIn(db, scope);
  if (days === null) return { fromMs: toMs, toMs };
  return {
    fromMs: Math.max(fromMs, startOfDay(days.first, zone)),
    toMs: Math.min(toMs, startOfDay(days.last + 1, zone)),
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
