/** Tables of series that were pushed in: read models, made from `vice.series.pushed.v1`. */

export const SERIES_TABLES = `
-- labels: JSON, pairs by name
CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, name TEXT NOT NULL, labels TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS series_name ON series (name, labels);
CREATE TABLE IF NOT EXISTS series_point (
  series INTEGER NOT NULL, at_ms INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (series, at_ms)) WITHOUT ROWID;
-- points of each series, so that nobody has to count them
CREATE TABLE IF NOT EXISTS series_count (series INTEGER PRIMARY KEY, points INTEGER NOT NULL);
`;

export const SERIES_TABLE_NAMES = ["series", "series_point", "series_count"] as const;
