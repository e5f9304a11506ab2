/** Says again why a stored deployment counts as failed, for those who look at single ones. */
import { type Cause, outcomeOf, repairsPrevious } from "../../../../../domain/metrics/outcome.ts";
import type { Connection } from "../../connection.ts";
import { after, fixOf, incidentsOf, type Standing } from "./neighbours.ts";

export function causesAround(db: Connection, { delivered }: Standing): readonly Cause[] {
  const next = after(db, delivered)?.delivered ?? null;
  return outcomeOf(delivered, {
    previousMs: null,
    remedy: next !== null && repairsPrevious(next) ? next : null,
    fixedBy: fixOf(db, delivered.id)?.delivered ?? null,
    incidents: incidentsOf(db, delivered.id),
  }).causes;
}
