/** How often work went from one service, tool and team to another. */
import type { Connection as Link, Place } from "../../../../ports/traces.ts";
import type { Connection, Row } from "../connection.ts";

const COLUMNS = "service, source, team";

/** An id that more activities carry, as a version `latest`, ties nothing together; and all its pairs would be counted. */
const MOST_WITH_ONE = 200;

/** Parts of other activities, and activities that carry an id which another one gives. */
const PAIRS = `WITH recent AS (
    SELECT n, ${COLUMNS} FROM activity WHERE dep IN (0, 1) AND occurred_ms >= ? ORDER BY occurred_ms DESC LIMIT ?),
  own AS MATERIALIZED (
    SELECT k FROM (SELECT DISTINCT e.k FROM recent r JOIN anchor e ON e.n = r.n) each
      WHERE (SELECT count(*) FROM (SELECT 1 FROM anchor g WHERE g.k = each.k LIMIT ${MOST_WITH_ONE + 1})) <= ${MOST_WITH_ONE}),
  pair AS (
    SELECT p.service AS s1, p.source AS t1, p.team AS m1, r.service AS s2, r.source AS t2, r.team AS m2
      FROM recent r JOIN span s ON s.n = r.n JOIN activity p ON p.id = s.parent
    UNION ALL
    SELECT c.service, c.source, c.team, r.service, r.source, r.team
      FROM recent r JOIN anchor e ON e.n = r.n AND e.k IN own JOIN anchor g ON g.k = e.k AND g.gives = 1 AND g.place < e.place
      JOIN activity c ON c.n = g.n)
  SELECT s1, t1, m1, s2, t2, m2, count(*) AS count FROM pair
    WHERE (s1, t1, m1) IS NOT (s2, t2, m2) GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY count DESC, 1, 2, 4, 5 LIMIT 500`;

const placeOf = (row: Row, side: 1 | 2): Place => ({
  service: (row[`s${side}`] as string) || null,
  source: row[`t${side}`] as string,
  team: row[`m${side}`] as string | null,
});

export const connectionsIn = (db: Connection, sinceMs: number, most: number): Link[] =>
  db.all(PAIRS, sinceMs, most).map((row) => ({
    from: placeOf(row, 1),
    to: placeOf(row, 2),
    count: row["count"] as number,
  }));
