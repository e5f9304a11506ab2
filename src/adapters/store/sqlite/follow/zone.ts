/** The time zone in whose days the sums are kept: that of the workspace. */
import type { Connection } from "../connection.ts";

/** Key in `meta`. */
const ZONE = "timeZone";

export const zoneOf = (db: Connection): string => db.meta(ZONE) || "UTC";

/**
 * Notes the zone of the configuration.
 * @returns whether it is another: then the sums have to be made anew. Call inside a transaction
 */
export function keepZone(db: Connection, zone: string): boolean {
  if (zoneOf(db) === zone) return false;
  db.setMeta(ZONE, zone);
  return true;
}
