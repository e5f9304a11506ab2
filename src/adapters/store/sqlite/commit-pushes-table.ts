/** The table of pushes to branches: a read model, made from `vice.commits.seen.v1`. */

/** repository in lower case; before is NULL where the branch was made; first_ms: of the commits that were new, NULL = not known. */
export const COMMIT_PUSHES_TABLE = `
CREATE TABLE IF NOT EXISTS commit_push (
  repository TEXT NOT NULL, branch TEXT NOT NULL, after BLOB NOT NULL, before BLOB, first_ms INTEGER,
  PRIMARY KEY (repository, branch, after)) WITHOUT ROWID;
`;

export const COMMIT_PUSHES_TABLE_NAMES = ["commit_push"] as const;
