/** Tables of commits: read models, made from `vice.commits.seen.v1`. */

/**
 * sha and parents are bytes, the parents one behind the other (NULL = not said); level is higher than that of every known
 * parent, whole = 1 when every ancestor is known; author is a person's id.
 */
export const COMMIT_TABLES = `
CREATE TABLE IF NOT EXISTS commit_seen (
  n INTEGER PRIMARY KEY, sha BLOB NOT NULL, repository TEXT, committed_ms INTEGER, authored_ms INTEGER, author TEXT,
  message TEXT, url TEXT, parents BLOB, level INTEGER NOT NULL, whole INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS commit_sha ON commit_seen (sha);
CREATE INDEX IF NOT EXISTS commit_time ON commit_seen (repository, committed_ms);
CREATE TABLE IF NOT EXISTS commit_child (
  parent BLOB NOT NULL, child INTEGER NOT NULL, PRIMARY KEY (parent, child)) WITHOUT ROWID;

-- what messages name; kind: ticket, issue, change, revert
CREATE TABLE IF NOT EXISTS commit_mention (
  kind TEXT NOT NULL, ref TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (kind, ref, n)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS commit_mention_of ON commit_mention (n);

-- what a forge said of base..head: known when as many rows stand in commit_compared_sha as total says
CREATE TABLE IF NOT EXISTS commit_compared (
  base BLOB NOT NULL, head BLOB NOT NULL, total INTEGER NOT NULL, behind INTEGER, PRIMARY KEY (base, head)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS commit_compared_sha (
  base BLOB NOT NULL, head BLOB NOT NULL, sha BLOB NOT NULL, PRIMARY KEY (base, head, sha)) WITHOUT ROWID;
`;

export const COMMIT_TABLE_NAMES = [
  "commit_seen",
  "commit_child",
  "commit_mention",
  "commit_compared",
  "commit_compared_sha",
] as const;
