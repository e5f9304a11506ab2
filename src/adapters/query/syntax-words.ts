/** The words of SQL that a mistyped one was probably meant to be. Pure. */
import { nearest } from "../../kit/nearest.ts";
import type { Place } from "./find-place.ts";

/** What a query may begin with. */
export const READING = ["SELECT", "WITH", "VALUES"] as const;

/** Other statements of SQLite, from its page "SQL As Understood By SQLite". */
const OTHERS: ReadonlySet<string> = new Set(
  `ALTER ANALYZE ATTACH BEGIN COMMIT CREATE DELETE DETACH DROP END EXPLAIN INSERT PRAGMA REINDEX RELEASE REPLACE ROLLBACK
SAVEPOINT TRUNCATE UPDATE UPSERT VACUUM`.split(/\s+/),
);
export const isStatement = (word: string): boolean => OTHERS.has(word.toUpperCase());

/** Those that stand within a query. */
const WITHIN =
  `AND AS ASC BETWEEN BY CASE CAST COLLATE CROSS DESC DISTINCT ELSE END EXCEPT EXISTS FILTER FROM GROUP HAVING
INNER INTERSECT IS JOIN LEFT LIKE LIMIT NATURAL NOT NULL OFFSET ORDER OUTER OVER PARTITION RECURSIVE SELECT THEN UNION USING
VALUES WHERE WHEN WINDOW WITH`.split(/\s+/);

/**
 * @param word that SQLite complains about, and where it stands
 * @returns which word to look at and what it was probably meant to be; the one before it is as often the wrong one, since
 * SQLite takes it for a name (`SELECT service FORM deployments`)
 */
export function mistyped(
  sql: string,
  word: string,
  at: Place | null,
): { word: string; meant: string; before: boolean } | null {
  const own = meantBy(word);
  if (own !== null) return { word, meant: own, before: false };
  const lines = sql.split("\n");
  const text =
    at === null
      ? ""
      : [...lines.slice(0, at.line - 1), lines[at.line - 1]?.slice(0, at.column - 1)].join("\n");
  const before = /([A-Za-z_]+)\s*$/.exec(text)?.[1] ?? "";
  const meant = meantBy(before);
  return meant === null ? null : { word: before, meant, before: true };
}

const meantBy = (word: string): string | null => {
  if (word.length < 3 || WITHIN.includes(word.toUpperCase())) return null;
  const near = nearest(
    word,
    WITHIN.filter((each) => each.length > 2),
  );
  return near !== null && sharesLetters(word, near) ? near : null;
};

/** Of short words two changed letters are another word: what was mistyped begins alike, or is the same letters. */
const sharesLetters = (word: string, near: string): boolean => {
  const [a, b] = [word.toUpperCase(), near.toUpperCase()];
  const sorted = (text: string): string => [...text].sort().join("");
  return a[0] === b[0] && (a.length > 3 || sorted(a) === sorted(b) || a.slice(0, 2) === b.slice(0, 2));
};
