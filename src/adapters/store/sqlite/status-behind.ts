/** How far a place is behind the environment before it in the order of promotion. */
import type { Connection } from "./connection.ts";

/** One place of a service, as far as it matters here. */
export interface Step {
  service: string;
  /** Environment as it is compared, and as it is shown. */
  key: string;
  environment: string | null;
  tenant: string;
  rank: number;
  /** Whether something runs there that is to be promoted: not so in previews and after a teardown. */
  stands: boolean;
  /** What runs there; `null` = it names no release. */
  release: string | null;
}

export interface Behind {
  environment: string;
  deployments: number;
  /** When the first of them ran. */
  sinceMs: number;
}

const RAN =
  "dep = 1 AND counted = 1 AND status = 'succeeded' AND service = ? AND environment = ? AND tenant = ?";
const HAD = `SELECT max(finish_ms) AS at FROM activity WHERE ${RAN} AND release = ?`;
const LATER = `SELECT count(*) AS count, min(finish_ms) AS first FROM (SELECT finish_ms FROM activity WHERE ${RAN}
  AND finish_ms > ? AND deployment_kind IN ('deploy', 'rollback') ORDER BY finish_ms LIMIT 1000)`;

/** @param steps all places of one service; `null` in the answer = level with it, or not to be said */
export function behindOf(db: Connection, steps: readonly Step[]): Array<Behind | null> {
  const ordered = steps.filter(({ stands }) => stands).sort((a, b) => a.rank - b.rank);
  return steps.map((step) => (step.stands ? behind(db, step, before(ordered, step)) : null));
}

/** The nearest environment of a lower rank with the same tenant. */
const before = (ordered: readonly Step[], of: Step): Step | undefined =>
  ordered.findLast(({ tenant, rank }) => tenant === of.tenant && rank < of.rank);

function behind(db: Connection, of: Step, ahead: Step | undefined): Behind | null {
  if (ahead === undefined || ahead.environment === null) return null;
  if (of.release === null || ahead.release === null || of.release === ahead.release) return null;
  const place = [of.service, ahead.key, of.tenant] as const;
  const hadAtMs = db.get(HAD, ...place, of.release)?.["at"] as number | null | undefined;
  if (hadAtMs === null || hadAtMs === undefined) return null;
  const later = db.get(LATER, ...place, hadAtMs);
  const deployments = (later?.["count"] as number | undefined) ?? 0;
  const sinceMs = later?.["first"] as number | null | undefined;
  if (deployments === 0 || sinceMs === null || sinceMs === undefined) return null;
  return { environment: ahead.environment, deployments, sinceMs };
}
