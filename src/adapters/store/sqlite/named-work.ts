/** Finds changes and tickets by what names them for people, through the anchors that tie activities together. */
import type { Activity } from "../../../domain/activity.ts";
import { anchorsOf, REASONS } from "../../../domain/trace/anchors.ts";
import { repositoryKey } from "../../../domain/trace/references.ts";
import type { NamedWork } from "../../../ports/commits.ts";
import { ACTIVITY_COLUMNS, type ReadContext, readActivity } from "./codec.ts";
import type { Connection } from "./connection.ts";
import { anchorKey, commitKeys } from "./follow/spans.ts";

const SELECT = `SELECT ${ACTIVITY_COLUMNS.split(", ")
  .map((name) => `a.${name}`)
  .join(", ")}`;
const FOUND = `${SELECT} FROM anchor k JOIN activity a ON a.n = k.n
  WHERE k.k = ? AND k.gives = 1 AND a.kind = ? ORDER BY a.occurred_ms DESC LIMIT ?`;
const CARRYING = `${SELECT} FROM anchor k JOIN activity a ON a.n = k.n WHERE k.k = ? ORDER BY a.occurred_ms DESC LIMIT ?`;
/** The first activity of each commit. */
const ON_COMMITS = `${SELECT} FROM (
  SELECT k, min(n) AS n FROM anchor WHERE k BETWEEN ? AND ? AND reason = ? GROUP BY k LIMIT ?) f
  JOIN activity a ON a.n = f.n`;
const MOST = 20;
const MOST_CARRYING = 50;
const SHORTEST = 4;

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
    carrying: (anchor, nowMs) => {
      catchUp();
      return db
        .all(CARRYING, anchorKey(anchor), MOST_CARRYING)
        .map((row) => readActivity(row, context(nowMs)))
        .filter((activity) => anchorsOf(activity).some(({ key }) => key === anchor));
    },
    onCommit: (start, limit, nowMs) => {
      catchUp();
      const hex = start.toLowerCase();
      if (!/^[0-9a-f]+$/.test(hex) || hex.length < SHORTEST) return [];
      const { low, high } = commitKeys(hex);
      return db.all(ON_COMMITS, low, high, REASONS.indexOf("commit"), limit).flatMap((row) => {
        const activity = readActivity(row, context(nowMs));
        const shas = [activity.tags["mergeCommitSha"], activity.commitSha].filter((sha) =>
          sha?.startsWith(hex),
        );
        return shas.map((sha) => ({ sha: sha ?? "", activity }));
      });
    },
    repositories: () => {
      catchUp();
      return db.all(REPOSITORIES).flatMap(({ name }) => (typeof name === "string" ? name : []));
    },
  };
}
