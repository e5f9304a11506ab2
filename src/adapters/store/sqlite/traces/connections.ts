/** How often work went from one service, tool and team to another. */
import { setImmediate as breath } from "node:timers/promises";
import type { Connection as Link, Place } from "../../../../ports/traces.ts";
import type { Connection, Row } from "../connection.ts";
import { FITS, NOT_SAID } from "../link-views.ts";

/** An id that more activities carry, as a version `latest`, ties nothing together; and all its pairs would be counted. */
const MOST_WITH_ONE = 200;

const RECENT =
  "SELECT n FROM activity WHERE dep IN (0, 1) AND occurred_ms >= ? ORDER BY occurred_ms DESC LIMIT ?";
/** Of so many activities the pairs are found at once: others are answered in between. */
const AT_ONCE = 200;
/** Pairs of places in the answer. */
const MOST_PAIRS = 500;

/** What leads from an activity `f` to a recent one, `g`: it is a part of it, carries an id that it gives, or somebody said so. */
const PAIRS = `WITH recent AS (SELECT * FROM activity WHERE n IN (SELECT value FROM json_each(?))),
  own AS MATERIALIZED (
    SELECT k FROM (SELECT DISTINCT e.k FROM recent r JOIN anchor e ON e.n = r.n) each
      WHERE (SELECT count(*) FROM (SELECT 1 FROM anchor g WHERE g.k = each.k LIMIT ${MOST_WITH_ONE + 1})) <= ${MOST_WITH_ONE}),
  pair AS (
    SELECT f.service AS s1, f.source AS t1, f.team AS m1, g.service AS s2, g.source AS t2, g.team AS m2
      FROM recent g JOIN span s ON s.n = g.n JOIN activity f ON f.id = s.parent
    UNION ALL
    SELECT f.service, f.source, f.team, g.service, g.source, g.team
      FROM recent g JOIN anchor x ON x.n = g.n AND x.k IN own JOIN anchor o ON o.k = x.k AND o.gives = 1 AND o.place < x.place
      JOIN activity f ON f.n = o.n WHERE ${NOT_SAID} AND ${FITS}
    UNION ALL
    SELECT f.service, f.source, f.team, g.service, g.source, g.team
      FROM recent g JOIN said_link h ON h.effect = g.id AND h.cut = 0 JOIN activity f ON f.id = h.cause)
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
