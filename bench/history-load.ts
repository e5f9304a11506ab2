/** Builds a year of deployments straight into the read models, with the row builder of the projection; kept between runs. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toRow } from "../src/adapters/store/sqlite/activity-row.ts";
import { insertRow } from "../src/adapters/store/sqlite/activity-write.ts";
import { type Connection, openConnection } from "../src/adapters/store/sqlite/connection.ts";
import { READ_MODEL_VERSION, READ_TABLE_NAMES, READ_TABLES } from "../src/adapters/store/sqlite/schema.ts";
import { fold } from "../src/domain/fold.ts";
import type { StoredTransition } from "../src/domain/transition.ts";
import { activityId, sha256Hex, traceIdOf } from "../src/kit/ids.ts";
import { randomOf } from "../test/reliability/fuzz-bodies.ts";
import { keptFolder } from "./scratch.ts";

export const SERVICES = 200;
export const ENVIRONMENTS = ["dev", "test", "stage", "prod"] as const;
export const SOURCES = ["gitlab", "github", "jenkins", "octopus"] as const;
export const END_MS = Date.parse("2026-11-20T12:00:00.000Z");
export const YEAR_MS = 365 * 86_400_000;
/** Of ten deployments so many go to dev, test, stage, prod. */
const SHARES = [0.4, 0.7, 0.9, 1];
const BATCH = 20_000;
/** Raised when what is built changes. */
const FORM = 1;

/** A home with `count` deployments; made when it is not there. */
export function historyHome(count: number): string {
  const home = keptFolder(`history-${count}`);
  const stamp = join(home, "built.json");
  const file = join(home, "vice.db");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== form()) {
    process.stderr.write(`building ${count} deployments in .cache/bench (once)\n`);
    rmSync(home, { recursive: true, force: true });
    keptFolder(`history-${count}`);
    build(`${file}.new`, count);
    renameSync(`${file}.new`, file);
    writeFileSync(stamp, form());
  }
  renewOtherTables(file);
  return home;
}

/** What was built is kept for as long as these two tables stay as they are. */
function form(): string {
  const tables = statements().filter((statement) =>
    /TABLE IF NOT EXISTS (activity|place) \(/.test(statement),
  );
  return JSON.stringify({ form: FORM, tables: sha256Hex(tables.join(";")) });
}

const statements = (): string[] => READ_TABLES.split(";").map((statement) => statement.trim());

/** Indexes that are written otherwise now are made again. */
function dropOtherIndexes(db: DatabaseSync): void {
  const wanted = new Set(statements().map((statement) => statement.replace("INDEX IF NOT EXISTS", "INDEX")));
  const there = db.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'activity'",
  );
  for (const { name, sql } of there.all())
    if (!wanted.has(String(sql))) db.exec(`DROP INDEX ${String(name)}`);
}

/** The other read models are empty here, so they may have changed since. */
function renewOtherTables(file: string): void {
  const db = new DatabaseSync(file);
  const others = READ_TABLE_NAMES.filter((name) => name !== "activity" && name !== "place");
  for (const name of others) db.exec(`DROP TABLE IF EXISTS ${name}`);
  dropOtherIndexes(db);
  db.exec(READ_TABLES);
  db.prepare("INSERT OR REPLACE INTO meta VALUES ('readModelVersion', ?)").run(String(READ_MODEL_VERSION));
  db.exec(
    "DELETE FROM meta WHERE key = 'configured'; DELETE FROM event; DELETE FROM meta WHERE key = 'projectedSeq'",
  );
  db.close();
}

function build(file: string, count: number): void {
  openConnection(file, "write").close();
  const raw = new DatabaseSync(file);
  raw.exec(
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA threads = 2;",
  );
  const indexes = raw
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'activity'",
    )
    .all();
  for (const { name } of indexes) raw.exec(`DROP INDEX ${String(name)}`);
  // The followers are handed everything anew anyway; noting each row for them would double the work.
  for (const { name } of raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all())
    raw.exec(`DROP TRIGGER ${String(name)}`);
  fill(raw, file, count);
  raw.exec(READ_TABLES);
  raw.exec("ANALYZE; PRAGMA journal_mode = WAL;");
  raw.close();
}

/** What stands in one place so far. */
interface Cell {
  last: number;
  running: number | null;
  version: number;
}

function fill(raw: DatabaseSync, file: string, count: number): void {
  const db = bareConnection(raw, file);
  const cells = new Map<string, Cell>();
  const random = randomOf(7);
  for (let from = 0; from < count; from += BATCH) {
    raw.exec("BEGIN");
    for (let at = from; at < Math.min(count, from + BATCH); at += 1) one(db, cells, random, at, count);
    raw.exec("COMMIT");
  }
  const insert = raw.prepare(
    "INSERT INTO place (service, environment, tenant, tier, running, last) VALUES (?, ?, '', ?, ?, ?)",
  );
  for (const [key, { running, last }] of cells) {
    const [service = "", environment = ""] = key.split("/");
    insert.run(service, environment, TIERS[environment] ?? null, running, last);
  }
}

const TIERS: Record<string, string> = {
  dev: "development",
  test: "testing",
  stage: "staging",
  prod: "production",
};

/** Only what `insertRow` needs, without the pragmas of a store that people trust. */
function bareConnection(db: DatabaseSync, file: string): Pick<Connection, "prepare"> & { file: string } {
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const prepare = (sql: string): ReturnType<DatabaseSync["prepare"]> => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return { prepare, file };
}

/** A new version is born in dev; the other environments take what the one before them runs. */
function one(
  db: Pick<Connection, "prepare">,
  cells: Map<string, Cell>,
  random: () => number,
  at: number,
  count: number,
): void {
  const service = `service-${Math.floor(random() * SERVICES)}`;
  const share = random();
  const step = SHARES.findIndex((limit) => share < limit);
  const environment = ENVIRONMENTS[step] ?? "dev";
  const cell = cells.get(`${service}/${environment}`) ?? { last: 0, running: null, version: 0 };
  const before = cells.get(`${service}/${ENVIRONMENTS[step - 1] ?? ""}`);
  const version = before === undefined ? cell.version + 1 : before.version;
  const luck = random();
  const status = luck < 0.92 ? "succeeded" : luck < 0.99 ? "failed" : "canceled";
  const startMs = END_MS - YEAR_MS + Math.floor((at / count) * YEAR_MS);
  const transition = transitionOf({
    at,
    service,
    environment,
    version,
    status,
    startMs,
    durationMs: 20_000 + random() * 200_000,
  });
  const n = insertRow(db as Connection, rowOf(transition));
  const ran = status === "succeeded";
  cells.set(`${service}/${environment}`, {
    last: n,
    running: ran ? n : cell.running,
    version: ran || step === 0 ? version : cell.version,
  });
}

interface Made {
  at: number;
  service: string;
  environment: string;
  version: number;
  status: "succeeded" | "failed" | "canceled";
  startMs: number;
  durationMs: number;
}

type Observed = StoredTransition & { source: string };

function transitionOf({ at, service, environment, version, status, startMs, durationMs }: Made): Observed {
  const source = SOURCES[Math.min(3, Math.floor(Math.abs(Math.sin(at)) * 4))] ?? "gitlab";
  const finish = new Date(startMs + durationMs).toISOString();
  return {
    source,
    activityId: activityId({
      identityKind: "deployment",
      source,
      instance: `${source}.example.com`,
      externalId: `p/${at}`,
      attempt: 1,
    }),
    step: status,
    at: finish,
    reopens: false,
    key: "",
    facts: {
      ...{ kind: "deployment", deploymentKind: at % 50 === 0 ? "rollback" : "deploy", service, environment },
      repository: `https://${source}.example.com/group/${service}`,
      version: `v1.${version}.0`,
      commitSha: sha256Hex(`${service}${version}`).slice(0, 40),
      ref: "main",
      startedAt: new Date(startMs).toISOString(),
      url: `https://${source}.example.com/group/${service}/-/jobs/${at}`,
      actor: { name: null, login: `p-${at % 40}` },
      tags: { job: `deploy-${environment}`, runner: `runner-${at % 9}` },
      error: status === "failed" ? "The readiness probe did not pass in time." : null,
    },
    verified: true,
    deliveryId: null,
    receivedAt: finish,
  };
}

function rowOf(transition: Observed): ReturnType<typeof toRow> {
  const { source, activityId: id } = transition;
  const object = {
    identityKind: "deployment",
    source,
    instance: `${source}.example.com`,
    externalId: id.slice(0, 8),
    attempt: 1,
  };
  return toRow(fold(object, [transition], traceIdOf(id)), null, [], () => null);
}
