/** Says in words how a query would be read: which tables, by which index, and of about how many rows. */
import { DatabaseSync } from "node:sqlite";
import type { Cell } from "../../ports/query.ts";
import { QUERY_VIEWS, TABLES_BEHIND, tableOfAlias } from "../store/sqlite/views.ts";

export interface Explained {
  columns: string[];
  rows: Cell[][];
}

interface PlanRow {
  id: number;
  parent: number;
  detail: string;
}

const planRow = (row: Readonly<Record<string, unknown>>): PlanRow => ({
  id: Number(row["id"]),
  parent: Number(row["parent"]),
  detail: String(row["detail"]),
});

const COLUMNS = ["step", "rows", "index", "plan"];

/** @param db a reading connection with the views. @param file the store, to count rows in */
export function explain(db: DatabaseSync, file: string, sql: string): Explained {
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all().map(planRow);
  const count = counter(file);
  const depths = new Map<number, number>();
  const rows = plan.map(({ id, parent, detail }) => {
    const depth = (depths.get(parent) ?? -1) + 1;
    depths.set(id, depth);
    const { words, about, index } = sayStep(withoutSecrets(detail), count);
    return ["  ".repeat(depth) + words, about, index, withoutSecrets(detail)];
  });
  count.close();
  return {
    columns: COLUMNS,
    rows: rows.length > 0 ? rows : [["Gives constants: nothing is read.", 0, null, ""]],
  };
}

/** The inner views have names that nobody may know. */
function withoutSecrets(detail: string): string {
  return detail.replace(/\bi[0-9a-f]{32}_(\w+)/g, "$1");
}

interface Said {
  words: string;
  /** Rows of the table, about; `null` = the step reads none. */
  about: number | null;
  index: string | null;
}

const READS = /^(SCAN|SEARCH) (?!\d+-ROW|CONSTANT)(\S+)(?: USING (.*))?/;

function sayStep(detail: string, count: Counter): Said {
  const [, how, alias = "", using = ""] = READS.exec(detail) ?? [];
  if (how === undefined) return { words: sayOther(detail), about: null, index: null };
  const table = tableOfAlias(alias);
  const index = /INDEX (\w+)/.exec(using)?.[1] ?? null;
  const condition = /\((.*)\)/.exec(using)?.[1] ?? null;
  const about = TABLES_BEHIND.has(table) && table !== "json_each" ? count(table) : null;
  const name = TABLE_WORDS[table] ?? table;
  const of = about === null ? "" : ` of about ${about.toLocaleString("en-US")}`;
  if (how === "SCAN")
    return {
      words:
        index === null
          ? `Reads every row${of} of ${name}`
          : `Reads every row${of} of ${name}, in the order of ${index}`,
      about,
      index,
    };
  const by = index === null ? "by its key" : `by the index ${index}`;
  // Deployments and the rest stand in one table: that column tells them apart, and narrows little.
  const narrowed = (condition ?? "").split(" AND ").filter((each) => !/^dep=|^$/.test(each));
  if (narrowed.length === 0) return { words: `Reads all${of} of ${name} ${by}`, about, index };
  return { words: `Looks up ${name} ${by}: only where ${narrowed.join(" and ")}`, about, index };
}

/** What people know the tables as. */
const TABLE_WORDS: Readonly<Record<string, string>> = {
  activity: "activities",
  place: "what runs where",
  person: "persons",
  event: "the log",
  transition: "transitions",
  delivery: "deliveries",
  name: "names",
  json_each: "a JSON value",
  commit_seen: "commits",
  commit_mention: "what commits name",
  anchor: "what ties activities together",
  span: "places in traces",
  said_link: "links made by hand",
};

const OTHERS: ReadonlyArray<readonly [plan: RegExp, words: string]> = [
  [/TEMP B-TREE FOR GROUP BY/, "Sorts what it found to group it"],
  [/TEMP B-TREE FOR .*ORDER BY/, "Sorts what it found"],
  [/TEMP B-TREE FOR (?:count\()?DISTINCT/i, "Remembers what it saw, to give each once"],
  [/CONSTANT ROW/, "Gives constants"],
  [/CORRELATED/, "For each row anew:"],
  [/^(?:MATERIALIZE|CO-ROUTINE) (.*)/, "Makes $1 first:"],
  [/SUBQUERY/, "Answers an inner query first:"],
  [/^COMPOUND|^UNION|^LEFT-MOST|^MERGE/, "Puts several queries together"],
  [/^BLOOM FILTER/, "Leaves out quickly what cannot fit"],
];

function sayOther(detail: string): string {
  const found = OTHERS.find(([plan]) => plan.test(detail));
  if (found === undefined) return detail;
  const what = found[0].exec(detail)?.[1] ?? "";
  const isView = QUERY_VIEWS.some(({ name }) => name === what);
  return found[1].replace("$1", what === "" ? "a part" : isView ? `the view ${what}` : what);
}

type Counter = ((table: string) => number | null) & { close: () => void };

/** Rows are counted up to this, where their number is not read off. */
const MOST_COUNTED = 100_000;

/** Apart from people's connection, which may not read tables. */
function counter(file: string): Counter {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
  const known = new Map<string, number | null>();
  const ask = (sql: string): number | null => {
    try {
      return Number(db.prepare(sql).get()?.["n"] ?? 0);
    } catch {
      return null; // no such table, or one without row numbers
    }
  };
  const count = (table: string): number | null => {
    if (!known.has(table))
      known.set(
        table,
        ask(`SELECT max(rowid) AS n FROM "${table}"`) ??
          ask(`SELECT count(*) AS n FROM (SELECT 1 FROM "${table}" LIMIT ${MOST_COUNTED})`),
      );
    return known.get(table) ?? null;
  };
  return Object.assign(count, { close: () => db.close() });
}
