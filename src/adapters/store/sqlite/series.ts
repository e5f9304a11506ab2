/** Series that were pushed in: a read model of `vice.series.pushed.v1`. Pushed again, a moment has the newest value. */
import { isEvent, type LogEvent } from "../../../domain/event.ts";
import { labelsKey, type Point } from "../../../domain/series/series.ts";
import type { SeriesInfo, SeriesStore } from "../../../ports/series.ts";
import type { Connection, Row } from "./connection.ts";

/** The last moment that a date can hold (ECMA-262, "Time Values and Time Range"). */
const LAST_MS = 8.64e15;

/** Takes in pushed points; leaves other events alone. Call inside a transaction. */
export function applySeries(db: Connection, event: LogEvent): void {
  if (!isEvent(event, "vice.series.pushed.v1")) return;
  for (const { name, labels, points } of event.data.series) {
    const key = labelsKey(labels);
    db.run("INSERT OR IGNORE INTO series (name, labels) VALUES (?, ?)", name, key);
    const id = db.get("SELECT id FROM series WHERE name = ? AND labels = ?", name, key)?.["id"] as number;
    // A store of a former vice has points and no count yet.
    db.run("INSERT OR IGNORE INTO series_count SELECT ?1, count(*) FROM series_point WHERE series = ?1", id);
    let fresh = 0;
    // What no clock can say would stop every later read of it.
    for (const [atMs, value] of points.filter(([ms]) => Math.abs(ms) <= LAST_MS))
      fresh += putPoint(db, id, Math.round(atMs), value);
    db.run("UPDATE series_count SET points = points + ? WHERE series = ?", fresh, id);
  }
}

/** @returns 1 = it is a new point, 0 = it takes the place of one */
function putPoint(db: Connection, id: number, atMs: number, value: number): number {
  const { changes } = db.prepare("INSERT OR IGNORE INTO series_point VALUES (?, ?, ?)").run(id, atMs, value);
  if (changes === 0)
    db.run("UPDATE series_point SET value = ? WHERE series = ? AND at_ms = ?", value, id, atMs);
  return Number(changes);
}

/** Counted only where a former vice did not keep the count; the ends are read off the index. */
const LIST = `SELECT s.name, s.labels,
    coalesce(c.points, (SELECT count(*) FROM series_point p WHERE p.series = s.id)) AS points,
    (SELECT min(at_ms) FROM series_point p WHERE p.series = s.id) AS first,
    (SELECT max(at_ms) FROM series_point p WHERE p.series = s.id) AS last
  FROM series s LEFT JOIN series_count c ON c.series = s.id
  WHERE EXISTS (SELECT 1 FROM series_point p WHERE p.series = s.id) ORDER BY s.name, s.labels`;

const labelsOf = (row: Row): Record<string, string> =>
  Object.fromEntries(JSON.parse(row["labels"] as string) as Array<[string, string]>);

export function seriesOf(db: Connection, catchUp: () => void): SeriesStore {
  return {
    list: () => {
      catchUp();
      return db.all(LIST).map(
        (row): SeriesInfo => ({
          name: row["name"] as string,
          labels: labelsOf(row),
          points: row["points"] as number,
          firstAt: new Date(row["first"] as number).toISOString(),
          lastAt: new Date(row["last"] as number).toISOString(),
        }),
      );
    },
    points: ({ name, labels }, fromMs, toMs) => {
      catchUp();
      return db.all("SELECT id, labels FROM series WHERE name = ? ORDER BY labels", name).flatMap((row) => {
        const own = labelsOf(row);
        if (!Object.entries(labels).every(([key, value]) => own[key] === value)) return [];
        const points = db
          .all(
            "SELECT at_ms, value FROM series_point WHERE series = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms",
            row["id"] as number,
            fromMs,
            toMs,
          )
          .map((point): Point => [point["at_ms"] as number, point["value"] as number]);
        return [{ name, labels: own, points }];
      });
    },
  };
}
