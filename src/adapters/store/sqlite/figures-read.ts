/** Reads what the follower of figures has counted, and what is open now. */
import type { Figure, Figures, OpenFigure } from "../../../ports/figures.ts";
import type { Connection } from "./connection.ts";

const OPEN = `SELECT kind, count(*) AS count, min(coalesce(start_ms, occurred_ms)) AS oldest FROM activity
  WHERE dep IN (0, 1) AND status IN ('running', 'pending') AND occurred_ms > ? AND counted = 1
  AND coalesce(start_ms, occurred_ms) >= ? GROUP BY kind ORDER BY kind`;
/** What begins long before it is heard of is rare. */
const EARLIER_MS = 86_400_000;

export function figuresOf(db: Connection, catchUp: () => void): Figures {
  return {
    all: () => {
      catchUp();
      return db.all("SELECT * FROM figure").map((row) => ({
        kind: row["kind"] as Figure["kind"],
        source: row["source"] as string,
        service: (row["service"] as string) || null,
        environment: (row["environment"] as string) || null,
        outcome: row["outcome"] as Figure["outcome"],
        count: row["count"] as number,
        timed: row["timed"] as number,
        totalMs: row["total_ms"] as number,
        buckets: JSON.parse(row["buckets"] as string) as number[],
      }));
    },
    open: (nowMs, abandonAfterMs) => {
      catchUp();
      const since = nowMs - abandonAfterMs;
      return db.all(OPEN, since - EARLIER_MS, since).map((row) => ({
        kind: row["kind"] as OpenFigure["kind"],
        count: row["count"] as number,
        oldestMs: row["oldest"] as number,
      }));
    },
  };
}
