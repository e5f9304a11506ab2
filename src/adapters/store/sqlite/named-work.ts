/** Finds changes and tickets by what names them for people, through the anchors that tie activities together. */
import type { Activity } from "../../../domain/activity.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import type { NamedWork } from "../../../ports/commits.ts";
import { ACTIVITY_COLUMNS, type ReadContext, readActivity } from "./codec.ts";
import type { Connection } from "./connection.ts";
import { anchorKey } from "./follow/spans.ts";

const FOUND = `SELECT ${ACTIVITY_COLUMNS.split(", ")
  .map((name) => `a.${name}`)
  .join(", ")} FROM anchor k JOIN activity a ON a.n = k.n
  WHERE k.k = ? AND k.gives = 1 AND a.kind = ? ORDER BY a.occurred_ms DESC LIMIT ?`;
const MOST = 20;

/** Each name once, without reading every commit: the index is entered again behind the last one. */
const REPOSITORIES = `WITH RECURSIVE each(name) AS (
  SELECT min(repository) FROM commit_seen
  UNION ALL SELECT (SELECT min(repository) FROM commit_seen WHERE repository > name) FROM each WHERE name IS NOT NULL)
  SELECT name FROM each WHERE name IS NOT NULL
  UNION SELECT DISTINCT json_extract(a.doc, '$.repository') FROM place p JOIN activity a ON a.n = p.last`;

export function namedWorkOf(
  db: Connection,
  catchUp: () => void,
  context: (nowMs: number) => ReadContext,
): NamedWork {
  const find = (key: string, kind: string, nowMs: number): Activity[] =>
    db.all(FOUND, anchorKey(key), kind, MOST).map((row) => readActivity(row, context(nowMs)));
  return {
    work: (kind, key, nowMs) => {
      catchUp();
      // 52 bits may fall together: what was found is compared as a whole.
      return find(`${kind} ${key}`, kind, nowMs).filter(
        ({ tags, repository }) =>
          tags["key"]?.toUpperCase() === key ||
          (repository !== null && `${repositoryKey(repository)}#${tags["number"]}` === key),
      );
    },
    changesOn: (sha, nowMs) => {
      catchUp();
      return find(`commit ${sha}`, "change", nowMs).filter(
        ({ commitSha, tags }) => commitSha === sha || tags["mergeCommitSha"] === sha,
      );
    },
    repositories: () => {
      catchUp();
      return db.all(REPOSITORIES).flatMap(({ name }) => (typeof name === "string" ? name : []));
    },
  };
}
