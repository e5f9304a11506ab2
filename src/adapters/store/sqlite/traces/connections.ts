/** How often work went from one service, tool and team to another. */
import { setImmediate as breath } from "node:timers/promises";
import type { Connection as Link, Place } from "../../../../ports/traces.ts";
import type { Connection, Row } from "../connection.ts";

const COLUMNS = "service, source, team";

/** An id that more activities carry, as a version `latest`, ties nothing together; and all its pairs would be counted. */
const MOST_WITH_ONE = 200;

const RECENT =
  "SELECT n FROM activity WHERE dep IN (0, 1) AND occurred_ms >= ? ORDER BY occurred_ms DESC LIMIT ?";
/** Of so many activities the pairs are found at once: others are answered in between. */
const AT_ONCE = 200;
/** Pairs of places in the answer. */
const MOST_PAIRS = 500;

/** Parts of other activities, and activities that carry an id which another one gives. Numbers of activities: JSON. */
const PAIRS = `WITH recent AS (SELECT n, ${COLUMNS} FROM activity WHERE n IN (SELECT value FROM json_each(?))),
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
    WHERE (s1, t1, m1) IS NOT (s2, t2, m2) GROUP BY 1, 2, 3, 4, 5, 6`;

const placeOf = (row: Row, side: 1 | 2): Place => ({
  service: (row[`s${side}`] as string) || null,
  source: row[`t${side}`] as string,
  team: row[`m${side}`] as string | null,
});

/** Most frequent first. @param most the newest activities that are looked at */
export async function connectionsIn(db: Connection, sinceMs: number, most: number): Promise<Link[]> {
  const numbers = db.all(RECENT, sinceMs, most).map((row) => row["n"] as number);
  const links = new Map<string, Link>();
  for (let at = 0; at < numbers.length; at += AT_ONCE) {
    for (const row of db.all(PAIRS, JSON.stringify(numbers.slice(at, at + AT_ONCE)))) {
      const [from, to] = [placeOf(row, 1), placeOf(row, 2)];
      const key = keyOf({ from, to });
      const count = (links.get(key)?.count ?? 0) + (row["count"] as number);
      links.set(key, { from, to, count });
    }
    await breath();
  }
  const sorted = [...links].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1));
  return sorted.slice(0, MOST_PAIRS).map(([, link]) => link);
}

const keyOf = ({ from, to }: Omit<Link, "count">): string =>
  [from, to].flatMap(({ service, source, team }) => [service ?? "", source, team ?? ""]).join("\0");
