/** A connection that can read the documented views and nothing else. */
import { randomBytes } from "node:crypto";
import { constants, DatabaseSync } from "node:sqlite";
import type { QueryMoment } from "../../ports/query.ts";
import { innerName, QUERY_VIEWS, TABLES_BEHIND, viewStatements } from "../store/sqlite/views.ts";
import { addFunctions } from "./functions.ts";

const VALUE_BYTES = 16 * 1024 * 1024;
const SQL_BYTES = 100_000;

const HARMLESS = new Set([constants.SQLITE_SELECT, constants.SQLITE_RECURSIVE]);
/** `load_extension` is off anyway; `randomblob` and `zeroblob` only burn memory. */
const REFUSED_FUNCTIONS = new Set(["load_extension", "randomblob", "zeroblob"]);
const INTERNAL = /^(?:sqlite|pragma|dbstat)/i;
const JSON_TABLES = new Set(["json_each", "json_tree"]);

/** Temporary data stays in memory, where the parent process watches it: a query cannot fill the disk. */
export function openReadOnly(file: string, moment: QueryMoment): DatabaseSync {
  // Texts in double quotes too, as most databases and the founding documents write them: source = "local".
  const db = new DatabaseSync(file, {
    readOnly: true,
    timeout: 2000,
    enableDoubleQuotedStringLiterals: true,
  });
  db.exec(`PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF`);
  const secret = `i${randomBytes(16).toString("hex")}`;
  addFunctions(db, moment.nowMs);
  for (const statement of viewStatements(secret, moment)) db.exec(statement);
  db.limits.length = VALUE_BYTES;
  db.limits.sqlLength = SQL_BYTES;
  db.limits.attach = 0;
  db.setAuthorizer(authorizer(secret, closedTables(db)));
  return db;
}

/** Tables of the store that no view stands on. */
function closedTables(db: DatabaseSync): Set<string> {
  const names = db
    .prepare("SELECT name FROM sqlite_master")
    .all()
    .map((row) => String(row["name"]));
  return new Set(names.filter((name) => !TABLES_BEHIND.has(name)));
}

type Authorizer = Exclude<Parameters<DatabaseSync["setAuthorizer"]>[0], null>;

/** What is not on the list is denied: a table only from within our inner views. */
function authorizer(secret: string, closed: ReadonlySet<string>): Authorizer {
  const views = new Set(QUERY_VIEWS.map((view) => view.name));
  const inner = new Set(QUERY_VIEWS.map((view) => innerName(secret, view.name)));
  const mayRead = (table: string, column: string, reader: string): boolean =>
    views.has(table) ||
    JSON_TABLES.has(table) ||
    (views.has(reader) && inner.has(table)) ||
    (TABLES_BEHIND.has(table) && inner.has(reader)) ||
    // `SELECT count(*) FROM deployments` comes as a table without a column and without the name of the view; so does a WITH
    (column === "" && !closed.has(table) && !INTERNAL.test(table));
  return (action, first, second, _database, reader) => {
    const fine =
      HARMLESS.has(action) ||
      (action === constants.SQLITE_READ && mayRead(first ?? "", second ?? "", reader ?? "")) ||
      (action === constants.SQLITE_FUNCTION && !REFUSED_FUNCTIONS.has((second ?? "").toLowerCase()));
    return fine ? constants.SQLITE_OK : constants.SQLITE_DENY;
  };
}
