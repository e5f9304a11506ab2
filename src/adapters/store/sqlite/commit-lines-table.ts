/** The table of lines that changed between two commits: a read model, made from `vice.commits.seen.v1`. */

export const COMMIT_LINES_TABLE = `
CREATE TABLE IF NOT EXISTS commit_lines (
  base BLOB NOT NULL, head BLOB NOT NULL, added INTEGER NOT NULL, deleted INTEGER NOT NULL, files INTEGER NOT NULL,
  PRIMARY KEY (base, head)) WITHOUT ROWID;
`;

export const COMMIT_LINES_TABLE_NAMES = ["commit_lines"] as const;
