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
    // What no clock can say would stop every later read of it.
    for (const [atMs, value] of points.filter(([ms]) => Math.abs(ms) <= LAST_MS))
      db.run("INSERT OR REPLACE INTO series_point VALUES (?, ?, ?)", id, Math.round(atMs), value);
  }
}

const LIST = `SELECT s.name, s.labels, count(*) AS points, min(p.at_ms) AS first, max(p.at_ms) AS last
  FROM series s JOIN series_point p ON p.series = s.id GROUP BY s.id ORDER BY s.name, s.labels`;

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
